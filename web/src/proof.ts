// What the tests hold against the node: built beside the pages' files and served to nobody.
import { formOf } from "./said";
import { hoursOf, stateAt } from "./hours";
import { wallMinute } from "./clock";
import { applied, groupsFor, marksOf, rowsOf, versionOf } from "./pack";
import { fold } from "./fold";
import { Directory, closeness, stem } from "./seek";
import { concerns, isTold } from "./told";
import { isWeak } from "./vault-keys";
import { decide } from "./vault-given";
import { isFor, screen } from "./vault-rules";
import { ageOf, knownOf } from "./vault-form";
import { away, clockAt, dayAt, startOf } from "./vault-time";

Object.assign(globalThis, { proof: { hoursOf, stateAt, wallMinute, applied, groupsFor, marksOf, rowsOf, versionOf, closeness, fold, stem, formOf, Directory, isTold, concerns, isWeak, isFor, screen, decide, ageOf, knownOf, away, clockAt, dayAt, startOf } });
