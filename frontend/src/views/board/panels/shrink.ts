/** Below the server's limit, so that a board of pictures opens fast on a phone. */
const bytesMost = 200_000;
/** The longest side, in pixels; smaller ones are tried when the bytes are too many. */
const sides = [1_600, 1_200, 900, 640];
const qualities = [0.85, 0.75, 0.6];

export interface Small {
  jpeg: Blob;
  width: number;
  height: number;
}

/**
 * A picture as a small JPEG, upright and without what the camera wrote into it;
 * null when the browser cannot read it.
 */
export async function shrink(file: Blob): Promise<Small | null> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch {
    return null;
  }
  try {
    for (const side of sides) {
      const canvas = draw(bitmap, side);
      for (const quality of qualities) {
        const jpeg = await new Promise<Blob | null>((answer) =>
          canvas.toBlob(answer, 'image/jpeg', quality),
        );
        if (jpeg && jpeg.size <= bytesMost)
          return { jpeg, width: canvas.width, height: canvas.height };
      }
    }
    return null;
  } finally {
    bitmap.close();
  }
}

function draw(bitmap: ImageBitmap, side: number): HTMLCanvasElement {
  const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext('2d');
  if (!context) return canvas;
  // JPEG knows no transparency.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas;
}
