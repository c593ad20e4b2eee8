/** A picture to try a service with where a person has none at hand, and pictures as a request takes them: plain base64. */

const SIDE = 512;

/** `image`: a gradient with a disc; `mask`: the disc is white. JPEG, because a canvas writes PNG with transparency. */
export async function drawTestPicture(kind: "image" | "mask"): Promise<string> {
  const canvas = document.createElement("canvas");
  canvas.width = SIDE;
  canvas.height = SIDE;
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("No 2D canvas here.");
  const sky = pen.createLinearGradient(0, 0, 0, SIDE);
  sky.addColorStop(0, kind === "image" ? "#4a6fa5" : "#000000");
  sky.addColorStop(1, kind === "image" ? "#e8d5b5" : "#000000");
  pen.fillStyle = sky;
  pen.fillRect(0, 0, SIDE, SIDE);
  pen.fillStyle = kind === "image" ? "#b5563a" : "#ffffff";
  pen.beginPath();
  pen.arc(SIDE / 2, SIDE / 2, SIDE / 4, 0, 2 * Math.PI);
  pen.fill();
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", 0.9));
  if (!blob) throw new Error("The canvas gave no picture.");
  return readPicture(blob);
}

export function readPicture(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onerror = () => reject(reader.error);
    // `data:image/png;base64,…`: the service wants the part after the comma.
    reader.onload = () => resolve(String(reader.result).split(",")[1] ?? "");
    reader.readAsDataURL(blob);
  });
}
