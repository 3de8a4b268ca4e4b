-- Conversations %(first)s to %(last)s with ten messages each, straight in SQL: what is measured is reading them.
-- Of the newest 10,000 half are live, 25 for each of a hundred agents and as many for nobody: what is live grows with the
-- people who answer, not with the years. All else has ended. Words come as often as in a language: a few all the time, most seldom.
-- Those with a number end in a letter, so that none is the beginning of another.
SET session_replication_role = replica;

DROP INDEX IF EXISTS message_words;

CREATE TEMPORARY TABLE sentence AS
SELECT n AS number, string_agg('word' || floor(exp(random() * ln(5000)))::int, ' ') AS text
FROM generate_series(1, 20000) n, generate_series(1, 9) GROUP BY n;
CREATE INDEX ON sentence (number);

INSERT INTO conversations_contact (id, name, email, phone, picture, created_at)
SELECT n, 'First' || n %% 499 || ' Last' || n %% 1999, 'customer' || n || '@example.org', '', '', now()
FROM generate_series(%(first)s, %(last)s) n;

INSERT INTO conversations_identity (id, contact_id, channel_id, external_id, verified, username)
SELECT n, n, (%(channels)s::int[])[1 + n %% 5], 'bench-' || n, false, '' FROM generate_series(%(first)s, %(last)s) n;

INSERT INTO conversations_conversation (id, channel_id, identity_id, state, team_id, assignee_id, auto_assigned, priority,
    started_at, inquiry_at, window_until, window_shut, window_warned, waiting_since, unread, last_message_at, last_text, last_from)
SELECT n, (%(channels)s::int[])[1 + n %% 5], n,
    CASE WHEN n > 10000 OR n %% 2 > 0 THEN (ARRAY['closed', 'closed', 'closed', 'dropped'])[1 + (n / 2) %% 4]
        WHEN n %% 4 = 0 THEN 'assigned' ELSE 'open' END,
    (%(teams)s::int[])[1 + (n / 20) %% 20],
    CASE WHEN n <= 10000 AND n %% 4 = 2 THEN NULL ELSE (%(agents)s::int[])[1 + (n / 20) %% 100] END,
    false, CASE WHEN n %% 5000 = 0 THEN 4 ELSE 2 END,
    at, at, at + interval '48 h', at < now() - interval '48 h', false,
    CASE WHEN n %% 30 = 0 THEN at END, CASE WHEN n %% 40 = 0 THEN 2 ELSE 0 END, at, 'The last line of this one', 'contact'
FROM (SELECT n, now() - n * interval '30 s' AS at FROM generate_series(%(first)s, %(last)s) n) AS one;

INSERT INTO conversations_message (conversation_id, channel_id, author_kind, private, text, details, elsewhere, status, error,
    external_id, at)
SELECT n, (%(channels)s::int[])[1 + n %% 5], 'contact', false,
    (SELECT text FROM sentence WHERE number = 1 + (n * 7919 + m * 104729) %% 20000)
        || ' rare' || n %% 100000 || 'x' || CASE m WHEN 1 THEN ' unique' || n || 'x' ELSE '' END,
    '{}', false, 'received', '', 'bench-' || n || '-' || m, now() - n * interval '30 s' - (10 - m) * interval '5 s'
FROM generate_series(%(first)s::bigint, %(last)s) n, generate_series(1, 10) m;

INSERT INTO conversations_event (conversation_id, verb, message_id, state, team_id, data, at, published)
SELECT conversation_id, 'receive', id, 'open', (%(teams)s::int[])[1 + (conversation_id / 20) %% 20], '{}', at, true
FROM conversations_message WHERE conversation_id BETWEEN %(first)s AND %(last)s;

CREATE INDEX message_words ON conversations_message USING gin (monty_document(text));

ALTER INDEX message_words ALTER COLUMN 1 SET STATISTICS 1000;

DROP TABLE sentence;

RESET session_replication_role;
