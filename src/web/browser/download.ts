/** Gives the reader a file. */
export const download = (name: string, body: Blob): void => {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(body)
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}
