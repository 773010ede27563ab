// A picture that is drawn on a pad, comes from a file or from the camera; beside it what the network is fed of it.
import { type PointerEvent, useEffect, useRef, useState } from "react";
import type { Given } from "../tries";
import type { Entry, Fed } from "./data";

const SIDE = 224; // of the pad, in its own pixels
const PEN = 0.1; // of the pad's side
const MOST_BYTES = 4_000_000; // of a file that is sent as it is
const MOST_PIXELS = 16_000_000; // that the server decodes
const SENT_SIDE = 640;
const NO_CAMERA = "Browsers give a camera only to pages that come by https or from this very computer. Choose a file instead.";

interface Props {
  entry: Extract<Entry, { way: "picture" }>;
  given: Given | null;
  fed?: Fed;
  onGive: (given: Given | null) => void;
  onTrouble: (why: string) => void; // nothing could be given
}

export function PictureEntry({ entry, given, fed, onGive, onTrouble }: Props) {
  const file = useRef<HTMLInputElement>(null);
  const [filming, setFilming] = useState(false);
  const [height, width, channels] = entry.picture;
  const own = given && "picture" in given ? given.picture : null;
  const take = async (found: Blob) => {
    try {
      onGive({ picture: await sent(found) });
    } catch {
      onTrouble("This file is no picture that the browser can read. Choose a PNG or a JPEG.");
    }
  };
  return (
    <>
      <div className="ty-pictures">
        {filming ? (
          <Camera onTake={(found) => (setFilming(false), void take(found))} onTrouble={(why) => (setFilming(false), onTrouble(why))} />
        ) : own ? (
          <OwnPicture key={own} src={own} />
        ) : (
          entry.draws && (
            <div className="ty-place">
              <Pad dark={entry.dark} isEmpty={!given || !("drawing" in given)} onDraw={(drawing) => onGive({ drawing })} />
              {!given && <span className={entry.dark ? undefined : "is-light"}>Draw here</span>}
            </div>
          )
        )}
        <figure>
          {fed?.picture ? <img src={`data:image/png;base64,${fed.picture}`} alt="What the network is fed" style={{ aspectRatio: `${width} / ${height}` }} /> : <div className="ty-nothing" />}
          <figcaption>
            fed: {height} × {width}
            {channels === 3 ? " in colour" : ""}
          </figcaption>
        </figure>
      </div>
      <div className="ty-buttons">
        {(entry.draws || own) && !filming && (
          <button type="button" disabled={!given} onClick={() => onGive(null)}>
            Clear
          </button>
        )}
        <button type="button" onClick={() => file.current?.click()}>
          Own picture
        </button>
        <button type="button" aria-pressed={filming} onClick={() => (navigator.mediaDevices ? setFilming(!filming) : onTrouble(NO_CAMERA))}>
          Camera
        </button>
        <input
          ref={file}
          type="file"
          accept="image/*"
          hidden
          aria-label="Own picture"
          onChange={({ target }) => {
            if (target.files?.[0]) void take(target.files[0]);
            target.value = "";
          }}
        />
      </div>
    </>
  );
}

/** The server reads kinds of pictures that a browser does not, such as TIFF; and what is none is shown by neither. */
function OwnPicture({ src }: { src: string }) {
  const [isUnseen, setUnseen] = useState(false);
  if (isUnseen) return <p className="ty-own ty-unseen">The browser cannot show this file</p>;
  return <img className="ty-own" src={src} alt="Own picture" onError={() => setUnseen(true)} />;
}

interface PadProps {
  dark: boolean; // the ground of the data's pictures
  isEmpty: boolean; // nothing was drawn, or it was taken back
  onDraw: (drawing: string) => void;
}

/** White ink on black, which is what is sent; turned round where the data are. */
function Pad({ dark, isEmpty, onDraw }: PadProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const at = useRef<[number, number] | null>(null);
  const frame = useRef(0);
  useEffect(() => {
    const ink = canvas.current?.getContext("2d");
    if (!isEmpty || !ink || at.current) return;
    ink.fillStyle = "#000";
    ink.fillRect(0, 0, SIDE, SIDE);
  }, [isEmpty]);
  useEffect(() => () => cancelAnimationFrame(frame.current), []);
  const placeOf = ({ currentTarget, clientX, clientY }: PointerEvent<HTMLElement>): [number, number] => {
    const { left, top, width } = currentTarget.getBoundingClientRect();
    return [((clientX - left) / width) * SIDE, ((clientY - top) / width) * SIDE];
  };
  const draw = (event: PointerEvent<HTMLCanvasElement>) => {
    const ink = canvas.current?.getContext("2d");
    if (!ink || !at.current) return;
    const to = placeOf(event);
    Object.assign(ink, { strokeStyle: "#fff", lineWidth: PEN * SIDE, lineCap: "round", lineJoin: "round" });
    ink.beginPath();
    ink.moveTo(...at.current);
    ink.lineTo(to[0] + 0.01, to[1]);
    ink.stroke();
    at.current = to;
    cancelAnimationFrame(frame.current);
    frame.current = requestAnimationFrame(() => canvas.current && onDraw(canvas.current.toDataURL("image/png")));
  };
  return (
    <canvas
      ref={canvas}
      className={dark ? "ty-pad" : "ty-pad is-light"}
      width={SIDE}
      height={SIDE}
      data-testid="pad"
      role="img"
      aria-label="A pad to draw on with mouse or finger. A sample or a file can be chosen instead."
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture?.(event.pointerId);
        at.current = placeOf(event);
        draw(event);
      }}
      onPointerMove={draw}
      onPointerUp={() => (at.current = null)}
      onPointerCancel={() => (at.current = null)}
    />
  );
}

interface CameraProps {
  onTake: (picture: Blob) => void;
  onTrouble: (why: string) => void;
}

function Camera({ onTake, onTrouble }: CameraProps) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    let stream: MediaStream | null = null;
    let over = false;
    const end = () => stream?.getTracks().forEach((track) => track.stop());
    navigator.mediaDevices
      .getUserMedia({ video: { width: { ideal: 640 }, facingMode: "environment" } })
      .then((found) => {
        stream = found;
        if (over) return end();
        if (video.current) video.current.srcObject = found;
      })
      .catch(() => over || onTrouble("The browser gives no camera: there is none, or it was not allowed. Choose a file instead."));
    return () => {
      over = true;
      end();
    };
  }, []);
  const shoot = () => {
    const from = video.current;
    if (!from?.videoWidth) return;
    const picture = Object.assign(document.createElement("canvas"), { width: from.videoWidth, height: from.videoHeight });
    picture.getContext("2d")?.drawImage(from, 0, 0);
    picture.toBlob((found) => found && onTake(found), "image/jpeg", 0.92);
  };
  return (
    <div className="ty-camera">
      <video ref={video} autoPlay playsInline muted />
      <button type="button" onClick={shoot}>
        Take it
      </button>
    </div>
  );
}

/** The file as base64; a large one smaller. Raises where it is large and the browser knows no picture in it. */
async function sent(file: Blob): Promise<string> {
  const isLight = file.size <= MOST_BYTES;
  const picture = await createImageBitmap(file).catch((fault: unknown) => {
    if (isLight) return null; // the server may know it
    throw fault;
  });
  if (!picture || (isLight && picture.width * picture.height <= MOST_PIXELS)) return read(file);
  const scale = Math.min(1, SENT_SIDE / Math.max(picture.width, picture.height));
  const smaller = Object.assign(document.createElement("canvas"), { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
  smaller.getContext("2d")?.drawImage(picture, 0, 0, smaller.width, smaller.height);
  return smaller.toDataURL("image/png");
}

function read(file: Blob): Promise<string> {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(String(reader.result));
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(file);
  });
}
