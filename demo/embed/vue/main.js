import { createApp } from 'vue';
import { defineElements } from 'somen/elements';
import App from './app.vue';

defineElements();
createApp(App).mount('main');
