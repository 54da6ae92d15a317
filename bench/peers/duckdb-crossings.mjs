// One process a task, so that time, processor time and memory are its own:
//   import CSV DATABASE     ask DATABASE RUNS
import { DuckDBInstance } from '@duckdb/node-api';
import { rmSync, statSync } from 'node:fs';

const [task, ...args] = process.argv.slice(2);
const cpu = () => { const used = process.resourceUsage(); return (used.userCPUTime + used.systemCPUTime) / 1000; };
const say = value => console.log(JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? Number(v) : v)));

if (task === 'import') {
  const [csv, database] = args;
  rmSync(database, { force: true });
  const [started, used] = [performance.now(), cpu()];
  const instance = await DuckDBInstance.create(database, { threads: '2' });
  const connection = await instance.connect();
  await connection.run('set preserve_insertion_order = false');
  await connection.run(`create table crossings as select * from read_csv('${csv}', header = true, columns = {
    'date': 'date', 'point': 'varchar', 'direction': 'varchar', 'nationality': 'varchar', 'sex': 'varchar', 'age': 'varchar',
    'transport': 'varchar', 'count': 'integer', 'source': 'varchar' })`);
  await connection.run('checkpoint');
  connection.closeSync();
  instance.closeSync();
  say({ wall: performance.now() - started, cpu: cpu() - used, peak: process.resourceUsage().maxRSS * 1024, bytes: statSync(database).size });
} else {
  const [database, runs] = args;
  const children = "age in ('Y0T4', 'Y5T11', 'Y12T17')";
  const questions = {
    'month x nationality': "select date_trunc('month', date), nationality, sum(count) as s, count(*) as n from crossings group by 1, 2",
    'point x week, the ten largest': `with top as (select point from crossings group by point order by sum(count) desc, point limit 10)
      select coalesce(top.point, 'rest'), date_trunc('week', date), sum(count) as s, count(*) as n from crossings left join top using (point) group by 1, 2`,
    'Venezuelans coming in, month x point': "select date_trunc('month', date), point, sum(count) as s, count(*) as n from crossings where nationality = 'VEN' and direction = 'IN' group by 1, 2",
    'share of children, month x point': `select date_trunc('month', date), point, sum(case when ${children} then count else 0 end) as s, sum(count) as n from crossings group by 1, 2`,
  };
  for (const [name, sql] of Object.entries(questions)) {
    // A new instance: nothing of the question before is in its memory.
    const instance = await DuckDBInstance.create(database, { threads: '2', access_mode: 'READ_ONLY' });
    const connection = await instance.connect();
    const times = [];
    let sum = 0;
    const used = cpu();
    for (let run = 0; run < Number(runs); run++) {
      const started = performance.now();
      const rows = await (await connection.runAndReadAll(sql)).getRows();
      times.push(performance.now() - started);
      sum = rows.reduce((total, row) => total + Number(row[2]), 0);
    }
    say({ name, first: times[0], times: times.slice(1), cpu: (cpu() - used) / Number(runs), sum });
    connection.closeSync();
    instance.closeSync();
  }
}
