// What the tests hold against the node: built beside the pages' files and served to nobody.
import { hoursOf, stateAt, wallMinute } from "./hours";
import { applied, groupsFor, marksOf, rowsOf, versionOf } from "./pack";
import { Directory, closeness, fold } from "./seek";

Object.assign(globalThis, { proof: { hoursOf, stateAt, wallMinute, applied, groupsFor, marksOf, rowsOf, versionOf, closeness, fold, Directory } });
