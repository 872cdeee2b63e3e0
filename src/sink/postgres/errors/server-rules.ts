import type { Fault, Rule } from './fault.ts'

const hasState =
  (codes: RegExp, pattern?: RegExp) =>
  (fault: Fault): boolean =>
    codes.test(fault.state) && (pattern === undefined || pattern.test(fault.message))

const WORDS = (fault: Fault): string => `${fault.where}: ${fault.message}`

/** Says what it means, with the database's words behind it. */
const means =
  (what: string) =>
  ({ where, message }: Fault): string =>
    `${where} ${what}: ${message}`

const OWN_SCHEMA_ADVICE =
  'give tickstream a database or a schema of its own: create schema tickstream authorization ROLE; alter role ROLE set search_path = tickstream'
const GRANT_TABLES =
  'as the owner of the tables: grant select, insert, update on all tables in schema SCHEMA to ROLE; for the future alter default privileges likewise'

/** What the database says, by the codes of https://www.postgresql.org/docs/18/errcodes-appendix.html; the first that fits counts. */
export const SERVER_RULES: readonly Rule[] = [
  // The session.
  {
    when: hasState(/^08P01/, /unsupported startup parameter|unsupported options startup/),
    verdict: 'end',
    describe: means('is behind a pooler that refuses a setting of POSTGRES_URL'),
    todo: 'take it out of POSTGRES_URL, or name it in ignore_startup_parameters of PgBouncer'
  },
  {
    when: hasState(/^(08P01|3D)/, /no such (database|user)/),
    verdict: 'end',
    describe: means('is a pooler that does not know the database or the user'),
    todo: 'correct POSTGRES_URL, or add them to the pooler'
  },
  {
    when: hasState(/^08P01/, /server login|cannot connect|server_login_retry|connect(ion)? timeout/),
    verdict: 'wait',
    describe: means('is a pooler that does not reach its database'),
    todo: 'look at that database and at the login that the pooler uses'
  },
  {
    when: hasState(/^(28P01|08P01)/, /password authentication failed|auth failed|SASL authentication failed/),
    verdict: 'end',
    describe: means('does not take the password'),
    todo: 'correct user and password in POSTGRES_URL (in it / ? # @ : and % are written %2F %3F %23 %40 %3A %25)'
  },
  {
    when: hasState(/^28/, /no pg_hba\.conf entry.*(no encryption|SSL off)/),
    verdict: 'end',
    describe: means('takes no connection of this kind from here'),
    todo: 'add ?sslmode=verify-full to POSTGRES_URL, with &sslrootcert=/path/ca.pem where the CA is your own; or let its pg_hba.conf take connections without TLS'
  },
  {
    when: hasState(/^28/, /pg_hba\.conf/),
    verdict: 'end',
    describe: means('takes no connection of this kind from here'),
    todo: 'let its pg_hba.conf take this host, user and database, or correct POSTGRES_URL'
  },
  {
    when: hasState(/^28/, /client certificate/),
    verdict: 'end',
    describe: means('wants a certificate of its clients'),
    todo: 'add &sslcert=/path/client.crt&sslkey=/path/client.key to POSTGRES_URL'
  },
  {
    when: hasState(/^28/, /does not exist|not permitted to log in/),
    verdict: 'end',
    describe: means('does not know the user'),
    todo: 'make it (create role … login password …), or correct POSTGRES_URL'
  },
  {
    when: hasState(/^28/),
    verdict: 'end',
    describe: means('refuses the login'),
    todo: 'correct user and password in POSTGRES_URL'
  },
  {
    when: hasState(/^3D000/),
    verdict: 'end',
    describe: means('has no such database'),
    todo: 'make it (create database …), or correct its name in POSTGRES_URL'
  },
  {
    when: fault => fault.isFatal && /^(22023|42704|42501)/.test(fault.state) && /parameter/.test(fault.message),
    verdict: 'end',
    describe: means('refuses a setting of POSTGRES_URL'),
    todo: 'correct what stands behind the ? in POSTGRES_URL'
  },
  {
    when: hasState(/^53300/),
    verdict: 'wait',
    describe: means('has no connection left'),
    todo: 'raise max_connections, or end what holds them'
  },
  { when: hasState(/^53100/), verdict: 'wait', describe: means('has no room left'), todo: 'make room on its disk' },
  {
    when: hasState(/^53/),
    verdict: 'wait',
    describe: means('lacks what it needs'),
    todo: 'look at its memory and its limits'
  },
  {
    when: hasState(/^57P03/),
    verdict: 'wait',
    describe: means('takes no connections yet'),
    todo: 'it is starting, stopping or recovering: see its log if that lasts'
  },
  { when: hasState(/^(57P0|25P0[34])/), verdict: 'wait', describe: means('ended the connection') },
  {
    when: hasState(/^57014/),
    verdict: 'wait',
    describe: means('did not get done in time'),
    todo: 'look for locks (pg_locks) and for load, if that lasts'
  },
  {
    when: hasState(/^25006/),
    verdict: 'wait',
    describe: means('takes no writes'),
    todo: 'it is a standby, or default_transaction_read_only is on; a server that takes writes is waited for (POSTGRES_URL may name several: postgres://user:password@host1,host2/database)'
  },
  { when: hasState(/^08/), verdict: 'wait', describe: means('broke the connection off') },
  { when: hasState(/^(40|55)/), verdict: 'wait', describe: means('could not do it now') },
  {
    when: hasState(/^(58|XX)/),
    verdict: 'wait',
    describe: means('has trouble of its own'),
    todo: 'look at its log and its disk'
  },
  { when: hasState(/^0A000/, /cached plan/), verdict: 'wait', describe: WORDS },
  // Rights and tables.
  {
    when: hasState(/^42501/, /for schema/),
    verdict: 'end',
    describe: means('lets the user of POSTGRES_URL make nothing in that schema'),
    todo: `as its owner: grant usage, create on schema SCHEMA to ROLE (public is closed since PostgreSQL 15); or ${OWN_SCHEMA_ADVICE}`
  },
  {
    when: hasState(/^42501/, /for database/),
    verdict: 'end',
    describe: means('does not let the user of POSTGRES_URL in'),
    todo: 'as its owner: grant connect on database DATABASE to ROLE'
  },
  {
    when: hasState(/^42501/, /must be owner/),
    verdict: 'end',
    describe: means('lets only the owner of its tables do that'),
    todo: 'run `tickstream migrate` with the role that made them'
  },
  {
    when: hasState(/^42501/),
    verdict: 'end',
    describe: means('does not let the user of POSTGRES_URL do that'),
    todo: GRANT_TABLES
  },
  {
    when: hasState(/^3F000/),
    verdict: 'end',
    describe: means('has no schema that the user of POSTGRES_URL may use'),
    todo: `as the owner of one: grant usage, create on schema SCHEMA to ROLE; or ${OWN_SCHEMA_ADVICE}`
  },
  {
    when: hasState(/^42(P07|710|701|723)/),
    verdict: 'end',
    describe: means('has something else under that name, which tickstream did not make'),
    todo: OWN_SCHEMA_ADVICE
  },
  {
    when: hasState(/^42(P01|703)/),
    verdict: 'end',
    describe: means('lacks a table or a column, as this role sees it'),
    todo: 'run `tickstream migrate`; if it says that all is up to date, `tickstream doctor` says which schema and database were looked at'
  },
  {
    when: hasState(/^(42P10|42804|42809|428C9|42883)/),
    verdict: 'end',
    describe: means("has a table of that name that is not as tickstream's migrations make it"),
    todo: OWN_SCHEMA_ADVICE
  },
  {
    when: hasState(/^2BP01/),
    verdict: 'end',
    describe: means('still has something of others on a table of before partitions'),
    todo: 'make those views anew on the table of the same name without _unpartitioned, and run `tickstream migrate` again'
  },
  // Nothing of the values: the table was cut into partitions by hand, and one is missing.
  {
    when: hasState(/^23514/, /no partition of relation/),
    verdict: 'wait',
    describe: means('has no partition for a row'),
    todo: 'make the partition, or a default one'
  },
  {
    when: fault => /^(22|23|54)/.test(fault.state) && !fault.isFatal,
    verdict: 'data',
    describe: means('refuses the values')
  },
  {
    when: ({ state: hasState }) => hasState !== '',
    verdict: 'end',
    describe: ({ where, state: code, message }) => `${where} failed with ${code}: ${message}`
  }
]
