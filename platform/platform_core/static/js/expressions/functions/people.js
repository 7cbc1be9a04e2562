// @ts-check
/** Functions about people. What this side was not told about them is left to the server. */
import { EvaluationError, UnknownHere } from "../errors.js";

/** @param {import("../environment.js").Environment} env */
function person(env) {
  if (env.user === null) throw new EvaluationError("no_user");
  return env.user;
}

/** Roles go by "app.name" or "name". @param {import("../environment.js").Environment} env @param {string} role */
function hasRole(env, role) {
  const { roles } = person(env);
  if (!roles) throw new UnknownHere("user.roles");
  return roles.some((held) => held === role || held.slice(held.lastIndexOf(".") + 1) === role);
}

/** In the team or in one below it. @param {import("../environment.js").Environment} env @param {string} team @param {string} [user] */
function inTeam(env, team, user) {
  const { id, teams, members, team: own } = person(env);
  if (user === undefined || user === id) {
    if (!teams) throw new UnknownHere("user.teams");
    return teams.includes(team) || own === team;
  }
  if (!members || !Object.hasOwn(members, team)) throw new UnknownHere("members of a team");
  return members[team].includes(user);
}

/** @param {import("../environment.js").Environment} env @param {string} user */
function managerOf(env, user) {
  const { managers } = person(env);
  if (!managers || !Object.hasOwn(managers, user)) throw new UnknownHere("manager of a person");
  return managers[user];
}

/** @param {any} value */
function itself(value) {
  return value;
}

/** @type {Record<string, import("./index.js").Function_>} */
export const PEOPLE = {
  user_has_role: { run: hasRole },
  in_team: { run: inTeam },
  manager_of: { run: managerOf },
  changed: { run: (_env, value) => itself(value), blanks: true },
  was: { run: (_env, value) => itself(value), blanks: true },
  lookup: { run: (_env, value) => itself(value), blanks: true },
};
