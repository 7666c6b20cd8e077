/** Three pages that embed the elements, built as one site. Your own config needs one framework's plugin only. */
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import vue from '@vitejs/plugin-vue';
import { somen } from 'somen/vite';
import type { UserConfig } from 'vite';

const page = (name: string): string => fileURLToPath(new URL(`${name}/index.html`, import.meta.url));

const config: UserConfig = {
  base: './',
  plugins: [
    react(),
    vue({ template: { compilerOptions: { isCustomElement: (tag) => tag.startsWith('somen-') } } }),
    // Tasks run on Web Workers wherever they stand.
    somen(),
  ],
  build: {
    outDir: '../../dist/embed',
    emptyOutDir: true,
    rollupOptions: { input: { plain: page('plain'), react: page('react'), vue: page('vue') } },
  },
};
export default config;
