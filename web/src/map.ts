// The map that can be moved. Loaded only when asked for; drawn from our own outlines, so no tile server learns where
// anybody looks.
import * as L from "leaflet";

interface Place { name: string; href: string }

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

/** Replaces the drawn map of an area by one that can be moved and enlarged. */
export async function openMap(area: HTMLElement): Promise<void> {
  const { map: outlines, mapPlaces: places, mapCss: styles, zoomIn, zoomOut } = area.dataset;
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
      const icon = L.divIcon({ className: "spot", iconSize: [44, 44] });
      return L.marker(at, { icon, title: place.name, alt: place.name }).bindPopup(() => label(place), { closeButton: false });
    },
  }).addTo(map);
  const around = markers.getBounds();
  map.fitBounds(around.isValid() ? around.pad(.3) : L.geoJSON(land).getBounds(), { maxZoom: 10 });
}
