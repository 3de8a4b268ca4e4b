-- Fills an installation with conversations of five messages each, a tenth of them live, straight in SQL:
-- what is measured is reading them, not making them.
INSERT INTO conversations_contact (id, name, email, phone, picture, created_at)
SELECT n, 'Customer ' || n, '', '', '', now() FROM generate_series(%(first)s, %(last)s) n;

INSERT INTO conversations_identity (id, contact_id, channel_id, external_id, verified, username)
SELECT n, n, %(channel)s, 'bench-' || n, false, '' FROM generate_series(%(first)s, %(last)s) n;

INSERT INTO conversations_conversation (id, channel_id, identity_id, state, team_id, assignee_id, auto_assigned, priority, started_at,
    inquiry_at, window_until, window_shut, window_warned, waiting_since, unread, last_message_at, last_text, last_from)
SELECT n, %(channel)s, n,
    CASE WHEN n %% 10 > 0 THEN 'closed' WHEN n %% 20 = 0 THEN 'assigned' ELSE 'open' END,
    %(team)s, CASE WHEN n %% 20 = 0 THEN %(agent)s END, false, 2,
    now() - n * interval '1 minute', now() - n * interval '1 minute', now() - n * interval '1 minute' + interval '48 h',
    true, false, NULL, 0, now() - n * interval '1 minute', 'The last line of this one', 'contact'
FROM generate_series(%(first)s, %(last)s) n;

INSERT INTO conversations_message (conversation_id, channel_id, author_kind, private, text, details, elsewhere,
    status, error, external_id, at)
SELECT n, %(channel)s, 'contact', false, 'Line ' || m || ' of what this customer wrote', '{}', false, 'received', '',
    'bench-' || n || '-' || m, now() - n * interval '1 minute'
FROM generate_series(%(first)s, %(last)s) n, generate_series(1, 5) m;

INSERT INTO conversations_event (conversation_id, verb, message_id, state, team_id, data, at, published)
SELECT conversation_id, 'receive', id, 'open', %(team)s, '{}', at, true
FROM conversations_message WHERE external_id LIKE 'bench-%%' AND conversation_id BETWEEN %(first)s AND %(last)s;
