// The map that can be moved. Loaded only when asked for; drawn from our own outlines, so no tile server learns where
// anybody looks.
import * as L from "leaflet";

interface Place { name: string; href: string; number?: number; listed?: boolean; approximate?: boolean }
interface Town { name: string; at: [number, number] }

function withStyles(href: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = href;
    link.onload = () => resolve();
    link.onerror = reject;
    document.head.append(link);
  });
}

async function read(address: string): Promise<GeoJSON.FeatureCollection> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(String(answer.status));
  return await answer.json() as GeoJSON.FeatureCollection;
}

function label(place: Place): HTMLElement {
  const link = document.createElement("a");
  link.href = place.href;
  link.textContent = place.name;
  return link;
}

/** Writes the names of the larger towns in view, square by square; each square is asked for once. */
function nameTowns(map: L.Map, root: string): void {
  const layer = L.layerGroup().addTo(map);
  const asked = new Map<string, Promise<Town[]>>();
  const square = (address: string): Promise<Town[]> => {
    const known = asked.get(address) ?? fetch(address).then((a) => a.ok ? a.json() as Promise<Town[]> : []).catch(() => []);
    asked.set(address, known);
    return known;
  };
  let turn = 0;
  const draw = async (): Promise<void> => {
    const mine = ++turn;
    const zoom = Math.floor(map.getZoom());
    const around = map.getBounds();
    const side = 2 ** zoom;
    const at = (pixels: number): number => Math.min(Math.max(Math.floor(pixels / 256), 0), side - 1);
    const [first, last] = [map.project(around.getNorthWest(), zoom), map.project(around.getSouthEast(), zoom)];
    const squares: string[] = [];
    if (zoom >= 4) {
      for (let x = at(first.x); x <= at(last.x); x++) for (let y = at(first.y); y <= at(last.y); y++) squares.push(`${root}/${zoom}/${x}/${y}.json`);
    }
    const towns = (await Promise.all(squares.slice(0, 30).map(square))).flat();
    if (mine !== turn) return;
    layer.clearLayers();
    for (const town of towns) {
      L.marker(town.at, { icon: L.divIcon({ className: "town", html: "", iconSize: [8, 8] }), interactive: false, keyboard: false })
        .addTo(layer).getElement()!.append(Object.assign(document.createElement("span"), { textContent: town.name }));
    }
  };
  map.on("moveend", () => void draw());
  void draw();
}

/** Replaces the drawn map of an area by one that can be moved and enlarged. */
export async function openMap(area: HTMLElement): Promise<void> {
  const { map: outlines, mapTowns: towns, mapPlaces: places, mapCss: styles, zoomIn, zoomOut } = area.dataset;
  const [land, points] = await Promise.all([read(outlines!), read(places!), withStyles(styles!)]);
  const frame = document.createElement("div");
  frame.className = "live";
  area.querySelector("svg.map, .map")?.replaceWith(frame);
  if (!frame.isConnected) area.prepend(frame);

  const map = L.map(frame, { attributionControl: false, zoomControl: false, zoomSnap: .5, maxZoom: 13, worldCopyJump: true });
  L.control.zoom({ zoomInTitle: zoomIn, zoomOutTitle: zoomOut }).addTo(map);
  L.geoJSON(land, { style: () => ({ className: "outline" }), interactive: false }).addTo(map);
  const markers = L.geoJSON(points, {
    pointToLayer: (feature, at) => {
      const place = feature.properties as Place;
      // Touch needs 44 px: the ring around the dot belongs to it.
      const icon = L.divIcon({ className: `spot${place.listed ? " listed" : ""}${place.approximate ? " about" : ""}`, iconSize: [44, 44], html: place.listed ? String(place.number) : "" });
      return L.marker(at, { icon, title: place.name, alt: place.name, zIndexOffset: place.listed ? 1000 - place.number! : 0 }).bindPopup(() => label(place), { closeButton: false });
    },
  }).addTo(map);
  // Begin with what the page lists: the rest may lie on other continents.
  const listed = L.featureGroup(markers.getLayers().filter((layer) => ((layer as L.Marker).feature?.properties as Place).listed));
  const around = (listed.getLayers().length ? listed : markers).getBounds();
  map.fitBounds(around.isValid() ? around.pad(.2) : L.geoJSON(land).getBounds(), { maxZoom: 12 });
  if (towns) nameTowns(map, towns);
}
