/** Fills that say "unscored" and "not connected": 45 degree lines, drawn once for each colour. */
export interface Pattern {
  image: HTMLCanvasElement;
  repeat: "repeat";
  scaleX: number;
  scaleY: number;
}

const scale = 2;

export function hatch(colour: string, line: number, gap: number): Pattern {
  const size = Math.round((line + gap) * Math.SQRT2) * scale;
  const image = document.createElement("canvas");
  image.width = size;
  image.height = size;
  const pen = image.getContext("2d");
  if (pen !== null) {
    pen.strokeStyle = colour;
    pen.lineWidth = line * scale;
    for (const shift of [-size, 0, size]) {
      pen.beginPath();
      pen.moveTo(shift - size / 2, size * 1.5);
      pen.lineTo(shift + size * 1.5, -size / 2);
      pen.stroke();
    }
  }
  return { image, repeat: "repeat", scaleX: 1 / scale, scaleY: 1 / scale };
}
