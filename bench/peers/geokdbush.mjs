// node geokdbush.mjs DATA.json one|categories ANSWERS.json
// Prints figures as JSON; the loop is the one of bench/Nearest/Contender.cs.
import {readFileSync, writeFileSync} from 'node:fs';
import KDBush from 'kdbush';
import {around} from 'geokdbush';

const [dataFile, way, answersFile] = process.argv.slice(2);
const data = JSON.parse(readFileSync(dataFile, 'utf8'));
const latitudes = Float64Array.from(data.latitudes);
const longitudes = Float64Array.from(data.longitudes);
const categories = Int32Array.from(data.categories);
const hourMasks = Int32Array.from(data.hourMasks);
const {queries, wanted} = data;

const before = process.cpuUsage();
const ask = way === 'one' ? oneIndex() : indexForEachCategory();
const buildCpuSeconds = seconds(process.cpuUsage(before));

function seconds({user, system}) {
    return (user + system) / 1e6;
}

function oneIndex() {
    const index = new KDBush(latitudes.length);
    for (let id = 0; id < latitudes.length; id++) index.add(longitudes[id], latitudes[id]);
    index.finish();
    return ([latitude, longitude, category, hour]) => around(index, longitude, latitude, wanted, Infinity,
        id => categories[id] === category && ((hourMasks[id] >> hour) & 1) === 1);
}

function indexForEachCategory() {
    const members = Array.from({length: data.categoryCount}, () => []);
    for (let id = 0; id < latitudes.length; id++) members[categories[id]].push(id);
    const indexes = members.map(ids => {
        const index = new KDBush(ids.length);
        for (const id of ids) index.add(longitudes[id], latitudes[id]);
        return index.finish();
    });
    return ([latitude, longitude, category, hour]) => {
        const ids = members[category];
        return around(indexes[category], longitude, latitude, wanted, Infinity,
            at => ((hourMasks[ids[at]] >> hour) & 1) === 1).map(at => ids[at]);
    };
}

const answers = queries.map(ask); // warms the compiler too
writeFileSync(answersFile, JSON.stringify(answers));

let asked = 0;
const cpu = process.cpuUsage();
const start = performance.now();
while (performance.now() - start < 1500)
    for (let i = 0; i < 50; i++) ask(queries[asked++ % queries.length]);
const used = process.cpuUsage(cpu);

const times = new Float64Array(Math.min(asked, queries.length));
for (let query = 0; query < times.length; query++) {
    const before = performance.now();
    ask(queries[query]);
    times[query] = (performance.now() - before) * 1000;
}
times.sort();
process.stdout.write(JSON.stringify({
    queries: asked,
    cpuSeconds: seconds(used),
    p50: times[Math.floor(times.length / 2)],
    p99: times[Math.floor(times.length * 99 / 100)],
    buildCpuSeconds
}));
