/** Hands a file to the browser, which saves it under that name. */
export function save(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has the file's address by then; the memory can go.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
