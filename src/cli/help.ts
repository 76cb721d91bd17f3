/** What `express-litellm help` prints. */
export const HELP = `express-litellm: an LLM gateway on a LiteLLM PostgreSQL database

Usage:
  express-litellm serve   [--config config.yaml] [--port 4000] [--host <address>] [--no-migrate]
                          [--grace 25s] [--drain-delay 0s]
  express-litellm migrate [--config config.yaml] [--database-url <url>]
  express-litellm doctor    [--config config.yaml] [--database-url <url>]
  express-litellm reconcile [--since 2026-03-01] [--fix] [--config config.yaml] [--database-url <url>]
  express-litellm dlq list | show <id> | replay <id> | purge <id>   [--all] [--journal <dir>]
  express-litellm help | version

serve    starts the gateway.
         Database: database_url of the config, LITELLM_DATABASE_URL or DATABASE_URL; without one, a PostgreSQL of its
         own in .express-litellm/postgres, with tables and a virtual key ready.
         Models: model_list of the config, or OPENAI_API_KEY; without either, a demo upstream with canned answers.
         Tables: made at the start in an empty database, and kept up to date where this package made them; not with
         --no-migrate or DISABLE_SCHEMA_UPDATE=true. A database that LiteLLM manages is left as it is.
         Address: --host or HOST, --port or PORT. Default 0.0.0.0, but 127.0.0.1 with a database of its own.
         SIGTERM or Ctrl-C: readiness is 503 at once, connections are taken for --drain-delay, calls may go on for
         --grace in all; then they are cut, and recorded by what was metered. A second signal cuts them at once, a
         third ends the process. Exit code 1 when a spend log is lost.
migrate  creates LiteLLM's tables in an empty database. Leaves a database that LiteLLM manages as it is.

doctor   says what database this is, what is written where, what is missing. Exit code 1 when calls could not be written.
reconcile  compares totals and daily tables with the log and lists what differs; --fix corrects it. Exit code 1 while
         something differs. --settle 20s: how long a difference must last (LiteLLM writes rows and totals apart).
         Interrupted, it says with which --resume to go on.
dlq      the calls that the database has refused for good: list, show, write again, remove.

  -c, --config <file>      LiteLLM's config.yaml. Default: CONFIG_FILE_PATH, or ./config.yaml if it exists
  -p, --port <number>      0 takes a free one
      --host <address>
      --grace <duration>   Default: LITELLM_SHUTDOWN_GRACE, or 25s
      --drain-delay <duration>   Default: LITELLM_SHUTDOWN_DRAIN_DELAY, or 0s
      --database-url <url>
  -h, --help
  -v, --version
`
