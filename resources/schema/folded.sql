-- What the fold makes of the changes. Dropped and made anew whenever its shape changes; holds nothing of its own.

CREATE TABLE feeds (
    id TEXT PRIMARY KEY, key_id TEXT NOT NULL, alg TEXT NOT NULL, key TEXT NOT NULL,
    name TEXT NOT NULL, scope TEXT NOT NULL, after TEXT NOT NULL
);
CREATE TABLE writes (         -- every write to an entity, from which its row is settled
    entity TEXT NOT NULL, id TEXT NOT NULL, change TEXT NOT NULL,
    hlc_ms INTEGER NOT NULL, hlc_n INTEGER NOT NULL, feed TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (id, change)
) WITHOUT ROWID;
CREATE INDEX writes_feed ON writes (feed);
CREATE TABLE conflicts (      -- fields that two writers set without seeing each other
    entity TEXT NOT NULL, id TEXT NOT NULL, field TEXT NOT NULL, versions TEXT NOT NULL,
    PRIMARY KEY (entity, id, field)
) WITHOUT ROWID;

CREATE TABLE institutions (id TEXT PRIMARY KEY, origin TEXT NOT NULL, name TEXT);
CREATE TABLE courses (
    id TEXT PRIMARY KEY, origin TEXT NOT NULL, code TEXT, name TEXT, level TEXT, hours INTEGER, subsidy INTEGER
);
CREATE TABLE classes (
    id TEXT PRIMARY KEY, origin TEXT NOT NULL,
    code TEXT, name TEXT, course TEXT, date_from TEXT, date_to TEXT, site TEXT
);
CREATE INDEX classes_code ON classes (code);
CREATE TABLE trainees (
    id TEXT PRIMARY KEY, origin TEXT NOT NULL,
    name TEXT, id_number TEXT, phone TEXT, sex TEXT, ethnicity TEXT, education TEXT, category TEXT,
    hukou TEXT, address TEXT, more TEXT
);
CREATE INDEX trainees_number ON trainees (id_number);
CREATE TABLE enrollments (
    id TEXT PRIMARY KEY, origin TEXT NOT NULL, training_class TEXT, trainee TEXT, status TEXT, card TEXT
);
CREATE INDEX enrollments_class ON enrollments (training_class);
CREATE INDEX enrollments_trainee ON enrollments (trainee);
CREATE TABLE operators (id TEXT PRIMARY KEY, origin TEXT NOT NULL, name TEXT, active INTEGER);
CREATE TABLE teachers (
    id TEXT PRIMARY KEY, origin TEXT NOT NULL, name TEXT, id_number TEXT, certificate TEXT
);
CREATE TABLE lessons (
    id TEXT PRIMARY KEY, origin TEXT NOT NULL,
    training_class TEXT, start INTEGER, "end" INTEGER, hours INTEGER, kind TEXT, mode TEXT, teacher TEXT, topic TEXT,
    cut_end INTEGER, cancelled INTEGER
);
CREATE INDEX lessons_class ON lessons (training_class);

CREATE TABLE cards (          -- every card number that was issued, the first ones among them
    number TEXT NOT NULL, enrollment TEXT NOT NULL, change TEXT NOT NULL, hlc_ms INTEGER NOT NULL, hlc_n INTEGER NOT NULL,
    PRIMARY KEY (number, enrollment, change)
) WITHOUT ROWID;
CREATE INDEX cards_enrollment ON cards (enrollment);
CREATE TABLE revoked_cards (
    number TEXT NOT NULL, change TEXT NOT NULL, PRIMARY KEY (number, change)
) WITHOUT ROWID;
CREATE TABLE stamps (
    id TEXT PRIMARY KEY, feed TEXT NOT NULL, seq INTEGER NOT NULL,
    lesson TEXT NOT NULL, person TEXT NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL, counted INTEGER NOT NULL,
    via TEXT NOT NULL, reason TEXT NOT NULL, witness TEXT NOT NULL, op TEXT NOT NULL,
    wall INTEGER NOT NULL, mono INTEGER NOT NULL, boot TEXT NOT NULL, trusted INTEGER
);
CREATE INDEX stamps_lesson ON stamps (lesson, person);
CREATE INDEX stamps_person ON stamps (person, at);
CREATE TABLE voids (
    id TEXT PRIMARY KEY, feed TEXT NOT NULL, seq INTEGER NOT NULL, stamp TEXT NOT NULL,
    reason TEXT NOT NULL, witness TEXT NOT NULL, op TEXT NOT NULL, wall INTEGER NOT NULL
);
CREATE INDEX voids_stamp ON voids (stamp);
CREATE TABLE leaves (
    id TEXT PRIMARY KEY, feed TEXT NOT NULL, seq INTEGER NOT NULL, lesson TEXT NOT NULL, person TEXT NOT NULL,
    reason TEXT NOT NULL, op TEXT NOT NULL, wall INTEGER NOT NULL
);
CREATE INDEX leaves_lesson ON leaves (lesson);
CREATE TABLE leave_voids (
    id TEXT PRIMARY KEY, feed TEXT NOT NULL, seq INTEGER NOT NULL, leave TEXT NOT NULL,
    reason TEXT NOT NULL, op TEXT NOT NULL, wall INTEGER NOT NULL
);
CREATE INDEX leave_voids_leave ON leave_voids (leave);
CREATE TABLE rollcall_commits (
    id TEXT PRIMARY KEY, feed TEXT NOT NULL, seq INTEGER NOT NULL, lesson TEXT NOT NULL, commitment TEXT NOT NULL
);
CREATE INDEX rollcall_commits_lesson ON rollcall_commits (lesson);
CREATE TABLE rollcalls (
    id TEXT PRIMARY KEY, feed TEXT NOT NULL, seq INTEGER NOT NULL, lesson TEXT NOT NULL, seed TEXT NOT NULL,
    people TEXT NOT NULL, "commit" TEXT NOT NULL, pool TEXT NOT NULL, wall INTEGER NOT NULL
);
CREATE INDEX rollcalls_lesson ON rollcalls (lesson);
CREATE TABLE rollcall_marks (
    id TEXT PRIMARY KEY, feed TEXT NOT NULL, seq INTEGER NOT NULL, lesson TEXT NOT NULL, draw TEXT NOT NULL,
    person TEXT NOT NULL, at INTEGER NOT NULL, present INTEGER NOT NULL, op TEXT NOT NULL
);
CREATE INDEX rollcall_marks_lesson ON rollcall_marks (lesson);
CREATE TABLE identity_checks (
    id TEXT PRIMARY KEY, feed TEXT NOT NULL, seq INTEGER NOT NULL, person TEXT NOT NULL, training_class TEXT NOT NULL,
    lesson TEXT NOT NULL, ways TEXT NOT NULL, same INTEGER NOT NULL, asked TEXT NOT NULL, photo TEXT NOT NULL,
    op TEXT NOT NULL, wall INTEGER NOT NULL
);
CREATE INDEX identity_checks_class ON identity_checks (training_class, person);
CREATE TABLE photos (
    id TEXT PRIMARY KEY, feed TEXT NOT NULL, seq INTEGER NOT NULL, sha256 TEXT NOT NULL, lesson TEXT NOT NULL,
    what TEXT NOT NULL, person TEXT NOT NULL, from_file INTEGER NOT NULL, size INTEGER NOT NULL, op TEXT NOT NULL,
    wall INTEGER NOT NULL
);
CREATE INDEX photos_lesson ON photos (lesson);
CREATE INDEX photos_sha256 ON photos (sha256);
CREATE TABLE lesson_closings (
    id TEXT PRIMARY KEY, feed TEXT NOT NULL, seq INTEGER NOT NULL, lesson TEXT NOT NULL, op TEXT NOT NULL,
    wall INTEGER NOT NULL
);
CREATE INDEX lesson_closings_lesson ON lesson_closings (lesson);
CREATE TABLE reveals (
    id TEXT PRIMARY KEY, feed TEXT NOT NULL, seq INTEGER NOT NULL, what TEXT NOT NULL, training_class TEXT NOT NULL,
    people INTEGER NOT NULL, op TEXT NOT NULL, wall INTEGER NOT NULL
);
CREATE TABLE online_hours (
    id TEXT PRIMARY KEY, feed TEXT NOT NULL, seq INTEGER NOT NULL, lesson TEXT NOT NULL, person TEXT NOT NULL,
    hours INTEGER NOT NULL, minutes INTEGER, source TEXT NOT NULL, op TEXT NOT NULL, wall INTEGER NOT NULL
);
CREATE INDEX online_hours_lesson ON online_hours (lesson, person);
CREATE TABLE clock_statements (
    id TEXT PRIMARY KEY, feed TEXT NOT NULL, seq INTEGER NOT NULL, "offset" INTEGER NOT NULL, reason TEXT NOT NULL,
    wall INTEGER NOT NULL, mono INTEGER NOT NULL, boot TEXT NOT NULL, op TEXT NOT NULL
);
CREATE INDEX clock_statements_feed ON clock_statements (feed, boot, seq);
CREATE TABLE recoveries (id TEXT PRIMARY KEY, feed TEXT NOT NULL, sealed TEXT NOT NULL);
CREATE TABLE devices (        -- certificates; a renewal is another row
    id TEXT PRIMARY KEY, key_id TEXT NOT NULL, alg TEXT NOT NULL, key TEXT NOT NULL, age TEXT NOT NULL,
    name TEXT NOT NULL, institution TEXT NOT NULL, role TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL
);
CREATE INDEX devices_key ON devices (key_id);
CREATE TABLE revocations (
    id TEXT PRIMARY KEY, key_id TEXT NOT NULL, feed TEXT NOT NULL, last_seq INTEGER NOT NULL, reason TEXT NOT NULL
);
CREATE TABLE rotations (
    id TEXT PRIMARY KEY, feed TEXT NOT NULL, seq INTEGER NOT NULL, key_id TEXT NOT NULL, next_feed TEXT NOT NULL
);
CREATE TABLE accepted_branches (
    id TEXT PRIMARY KEY, feed TEXT NOT NULL, firsts TEXT NOT NULL, reason TEXT NOT NULL
);
CREATE TABLE accepted_clocks (
    id TEXT PRIMARY KEY, feed TEXT NOT NULL, until INTEGER NOT NULL, reason TEXT NOT NULL
);
CREATE TABLE anchors (
    id TEXT PRIMARY KEY, code TEXT NOT NULL, channel TEXT NOT NULL, received INTEGER NOT NULL, op TEXT NOT NULL
);
CREATE TABLE county_addresses (
    id TEXT PRIMARY KEY, hlc_ms INTEGER NOT NULL, hlc_n INTEGER NOT NULL, urls TEXT NOT NULL, pins TEXT NOT NULL
);
CREATE TABLE packs (id TEXT PRIMARY KEY, feed TEXT NOT NULL, seq INTEGER NOT NULL, pack TEXT NOT NULL, wall INTEGER NOT NULL);

-- What the county decides. Of what is said of one thing the latest stands: by hlc_ms, hlc_n, id.
CREATE TABLE calendar_days (
    id TEXT PRIMARY KEY, feed TEXT NOT NULL, seq INTEGER NOT NULL, hlc_ms INTEGER NOT NULL, hlc_n INTEGER NOT NULL,
    op TEXT NOT NULL, wall INTEGER NOT NULL,
    day TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, clause TEXT NOT NULL
);
CREATE TABLE approvals (
    id TEXT PRIMARY KEY, feed TEXT NOT NULL, seq INTEGER NOT NULL, hlc_ms INTEGER NOT NULL, hlc_n INTEGER NOT NULL,
    op TEXT NOT NULL, wall INTEGER NOT NULL,
    training_class TEXT NOT NULL, decision TEXT NOT NULL, paper TEXT NOT NULL, hours INTEGER NOT NULL,
    people INTEGER NOT NULL, note TEXT NOT NULL
);
CREATE INDEX approvals_class ON approvals (training_class);
CREATE TABLE returns (
    id TEXT PRIMARY KEY, feed TEXT NOT NULL, seq INTEGER NOT NULL, hlc_ms INTEGER NOT NULL, hlc_n INTEGER NOT NULL,
    op TEXT NOT NULL, wall INTEGER NOT NULL,
    training_class TEXT NOT NULL, stage TEXT NOT NULL, reasons TEXT NOT NULL, subject TEXT NOT NULL, until TEXT NOT NULL
);
CREATE INDEX returns_class ON returns (training_class);
CREATE TABLE return_answers (
    id TEXT PRIMARY KEY, feed TEXT NOT NULL, seq INTEGER NOT NULL, hlc_ms INTEGER NOT NULL, hlc_n INTEGER NOT NULL,
    op TEXT NOT NULL, wall INTEGER NOT NULL,
    notice TEXT NOT NULL, mended INTEGER NOT NULL, note TEXT NOT NULL
);
CREATE INDEX return_answers_notice ON return_answers (notice);
CREATE TABLE verdicts (
    id TEXT PRIMARY KEY, feed TEXT NOT NULL, seq INTEGER NOT NULL, hlc_ms INTEGER NOT NULL, hlc_n INTEGER NOT NULL,
    op TEXT NOT NULL, wall INTEGER NOT NULL,
    training_class TEXT NOT NULL, outcome TEXT NOT NULL, person TEXT NOT NULL, hours INTEGER, amount INTEGER,
    rule TEXT NOT NULL, clause TEXT NOT NULL, note TEXT NOT NULL
);
CREATE INDEX verdicts_class ON verdicts (training_class, person);
CREATE TABLE notices (        -- 公示
    id TEXT PRIMARY KEY, feed TEXT NOT NULL, seq INTEGER NOT NULL, hlc_ms INTEGER NOT NULL, hlc_n INTEGER NOT NULL,
    op TEXT NOT NULL, wall INTEGER NOT NULL,
    training_class TEXT NOT NULL, first TEXT NOT NULL, until TEXT NOT NULL, days INTEGER NOT NULL, office TEXT NOT NULL,
    address TEXT NOT NULL, postcode TEXT NOT NULL, phone TEXT NOT NULL, clause TEXT NOT NULL
);
CREATE INDEX notices_class ON notices (training_class);
CREATE TABLE employments (    -- 任职起止
    id TEXT PRIMARY KEY, feed TEXT NOT NULL, seq INTEGER NOT NULL, hlc_ms INTEGER NOT NULL, hlc_n INTEGER NOT NULL,
    op TEXT NOT NULL, wall INTEGER NOT NULL,
    teacher TEXT NOT NULL, employment TEXT NOT NULL, since TEXT NOT NULL
);
CREATE INDEX employments_teacher ON employments (teacher);
CREATE TABLE callback_draws (
    id TEXT PRIMARY KEY, feed TEXT NOT NULL, seq INTEGER NOT NULL, hlc_ms INTEGER NOT NULL, hlc_n INTEGER NOT NULL,
    op TEXT NOT NULL, wall INTEGER NOT NULL,
    training_class TEXT NOT NULL, proof TEXT NOT NULL, key TEXT NOT NULL, pool TEXT NOT NULL, people TEXT NOT NULL
);
CREATE INDEX callback_draws_class ON callback_draws (training_class);
CREATE TABLE callback_results (
    id TEXT PRIMARY KEY, feed TEXT NOT NULL, seq INTEGER NOT NULL, hlc_ms INTEGER NOT NULL, hlc_n INTEGER NOT NULL,
    op TEXT NOT NULL, wall INTEGER NOT NULL,
    training_class TEXT NOT NULL, person TEXT NOT NULL, outcome TEXT NOT NULL, note TEXT NOT NULL
);
CREATE INDEX callback_results_class ON callback_results (training_class, person);

-- A fact accumulates; nothing edits it. (An entity's row is settled anew, so it may change.)
CREATE TRIGGER stamps_stay BEFORE UPDATE ON stamps BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER stamps_remain BEFORE DELETE ON stamps BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER voids_stay BEFORE UPDATE ON voids BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER voids_remain BEFORE DELETE ON voids BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER leaves_stay BEFORE UPDATE ON leaves BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER leaves_remain BEFORE DELETE ON leaves BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER leave_voids_stay BEFORE UPDATE ON leave_voids BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER leave_voids_remain BEFORE DELETE ON leave_voids BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER rollcalls_stay BEFORE UPDATE ON rollcalls BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER rollcalls_remain BEFORE DELETE ON rollcalls BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER rollcall_marks_stay BEFORE UPDATE ON rollcall_marks BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER rollcall_marks_remain BEFORE DELETE ON rollcall_marks BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER clock_statements_stay BEFORE UPDATE ON clock_statements BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER clock_statements_remain BEFORE DELETE ON clock_statements BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER devices_stay BEFORE UPDATE ON devices BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER devices_remain BEFORE DELETE ON devices BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER revocations_stay BEFORE UPDATE ON revocations BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER revocations_remain BEFORE DELETE ON revocations BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER county_addresses_stay BEFORE UPDATE ON county_addresses BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER county_addresses_remain BEFORE DELETE ON county_addresses BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER packs_stay BEFORE UPDATE ON packs BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER packs_remain BEFORE DELETE ON packs BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER cards_stay BEFORE UPDATE ON cards BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER cards_remain BEFORE DELETE ON cards BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER revoked_cards_stay BEFORE UPDATE ON revoked_cards BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER revoked_cards_remain BEFORE DELETE ON revoked_cards BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER recoveries_stay BEFORE UPDATE ON recoveries BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER recoveries_remain BEFORE DELETE ON recoveries BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER rollcall_commits_stay BEFORE UPDATE ON rollcall_commits BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER rollcall_commits_remain BEFORE DELETE ON rollcall_commits BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER identity_checks_stay BEFORE UPDATE ON identity_checks BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER identity_checks_remain BEFORE DELETE ON identity_checks BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER photos_stay BEFORE UPDATE ON photos BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER photos_remain BEFORE DELETE ON photos BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER online_hours_stay BEFORE UPDATE ON online_hours BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER online_hours_remain BEFORE DELETE ON online_hours BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER accepted_branches_stay BEFORE UPDATE ON accepted_branches BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER accepted_branches_remain BEFORE DELETE ON accepted_branches BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER accepted_clocks_stay BEFORE UPDATE ON accepted_clocks BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER accepted_clocks_remain BEFORE DELETE ON accepted_clocks BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER anchors_stay BEFORE UPDATE ON anchors BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER anchors_remain BEFORE DELETE ON anchors BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER lesson_closings_stay BEFORE UPDATE ON lesson_closings BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER lesson_closings_remain BEFORE DELETE ON lesson_closings BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER reveals_stay BEFORE UPDATE ON reveals BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER reveals_remain BEFORE DELETE ON reveals BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER rotations_stay BEFORE UPDATE ON rotations BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER rotations_remain BEFORE DELETE ON rotations BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER calendar_days_stay BEFORE UPDATE ON calendar_days BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER calendar_days_remain BEFORE DELETE ON calendar_days BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER approvals_stay BEFORE UPDATE ON approvals BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER approvals_remain BEFORE DELETE ON approvals BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER returns_stay BEFORE UPDATE ON returns BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER returns_remain BEFORE DELETE ON returns BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER return_answers_stay BEFORE UPDATE ON return_answers BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER return_answers_remain BEFORE DELETE ON return_answers BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER verdicts_stay BEFORE UPDATE ON verdicts BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER verdicts_remain BEFORE DELETE ON verdicts BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER notices_stay BEFORE UPDATE ON notices BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER notices_remain BEFORE DELETE ON notices BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER employments_stay BEFORE UPDATE ON employments BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER employments_remain BEFORE DELETE ON employments BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER callback_draws_stay BEFORE UPDATE ON callback_draws BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER callback_draws_remain BEFORE DELETE ON callback_draws BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER callback_results_stay BEFORE UPDATE ON callback_results BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
CREATE TRIGGER callback_results_remain BEFORE DELETE ON callback_results BEGIN SELECT RAISE(ABORT, 'facts are immutable'); END;
