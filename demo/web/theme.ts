/** The button that changes between dark and light. Without a choice, the page is as the system is. */

/** Lets the page's button work. The choice is remembered where the browser lets a page remember. */
export function themeButton(): void {
  const button = document.querySelector<HTMLButtonElement>('button.theme');
  button?.addEventListener('click', () => {
    const theme = isDark() ? 'light' : 'dark';
    document.documentElement.dataset['theme'] = theme;
    try {
      localStorage.setItem('theme', theme);
    } catch {
      // Storage is denied: the choice holds for this page.
    }
  });
}

function isDark(): boolean {
  const { theme } = document.documentElement.dataset;
  return theme === undefined ? matchMedia('(prefers-color-scheme: dark)').matches : theme === 'dark';
}
