/**
 * The library's schema, one step for each version. A step is never changed once it was published.
 *
 * A photo that is gone keeps its row, so that what the user thinks of it comes back with the file: `gone` is 1 where the
 * file is not there, 2 where its folder was taken out of the library. Ids are never used again. Every look at the
 * disk has a number, a turn: a file that was added in a later turn than that in which a gone one was seen last may be
 * the same one, moved; a file that was there beside it is a copy. Details are apart from the photos, so that
 * a page of photos reads nothing of them.
 */
export const LIBRARY_MIGRATIONS: readonly string[] = [
  `CREATE TABLE folders (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     path TEXT NOT NULL UNIQUE,
     kind TEXT NOT NULL CHECK (kind IN ('tree', 'files')),
     identity TEXT,
     removed INTEGER NOT NULL DEFAULT 0,
     missing INTEGER NOT NULL DEFAULT 0,
     seen_turn INTEGER NOT NULL DEFAULT 0,
     passed_over INTEGER NOT NULL DEFAULT 0
   ) STRICT;
   CREATE TABLE passed_over (
     folder INTEGER NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
     place TEXT NOT NULL,
     why TEXT NOT NULL CHECK (why IN ('not-a-photo', 'link-out', 'unreadable')),
     PRIMARY KEY (folder, place)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE photos (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     folder INTEGER NOT NULL REFERENCES folders (id),
     place TEXT NOT NULL,
     name TEXT NOT NULL,
     sort_key TEXT NOT NULL,
     format TEXT NOT NULL,
     bytes INTEGER NOT NULL,
     mtime_ms REAL NOT NULL,
     added_turn INTEGER NOT NULL,
     seen_turn INTEGER NOT NULL,
     gone INTEGER NOT NULL DEFAULT 0 CHECK (gone IN (0, 1, 2)),
     content TEXT,
     has_thumbnail INTEGER NOT NULL DEFAULT 0,
     is_read INTEGER NOT NULL DEFAULT 0,
     width INTEGER,
     height INTEGER,
     taken_ms REAL,
     code TEXT,
     stars INTEGER NOT NULL DEFAULT 0,
     flag TEXT NOT NULL DEFAULT 'none' CHECK (flag IN ('none', 'pick', 'reject')),
     label TEXT NOT NULL DEFAULT 'none' CHECK (label IN ('none', 'red', 'yellow', 'green', 'blue')),
     judged INTEGER NOT NULL GENERATED ALWAYS AS (stars > 0 OR flag <> 'none' OR label <> 'none') VIRTUAL
   ) STRICT;
   CREATE UNIQUE INDEX photos_by_place ON photos (folder, place);
   CREATE INDEX photos_by_name ON photos (sort_key, id) WHERE gone = 0;
   CREATE INDEX photos_of_folder ON photos (folder) WHERE gone = 0;
   CREATE INDEX photos_unread ON photos (sort_key, id) WHERE gone = 0 AND is_read = 0;
   CREATE INDEX photos_unhashed ON photos (id) WHERE gone = 0 AND judged = 1 AND content IS NULL;
   CREATE INDEX photos_lost ON photos (bytes) WHERE gone > 0 AND judged = 1 AND content IS NOT NULL;
   CREATE TABLE details (
     photo INTEGER PRIMARY KEY REFERENCES photos (id) ON DELETE CASCADE,
     bytes INTEGER NOT NULL,
     mtime_ms REAL NOT NULL,
     json TEXT NOT NULL
   ) STRICT;
   CREATE TABLE turns (latest INTEGER NOT NULL) STRICT;
   INSERT INTO turns VALUES (0);`,
  // What was enhanced, of a file of these bytes and this time.
  `CREATE TABLE enhanced (
     photo INTEGER PRIMARY KEY REFERENCES photos (id) ON DELETE CASCADE,
     bytes INTEGER NOT NULL,
     mtime_ms REAL NOT NULL,
     scale REAL NOT NULL,
     is_flagged INTEGER NOT NULL
   ) STRICT;`,
  // What the inspector keeps. A photo with pins or tests counts as judged: they come back with its file too. The column is
  // computed, so it is made anew, with the indexes that rest on it; `marked` counts for it what lies in other tables.
  `DROP INDEX photos_unhashed;
   DROP INDEX photos_lost;
   ALTER TABLE photos DROP COLUMN judged;
   ALTER TABLE photos ADD COLUMN keeps_original INTEGER NOT NULL DEFAULT 0 CHECK (keeps_original IN (0, 1));
   ALTER TABLE photos ADD COLUMN marked INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE photos ADD COLUMN judged INTEGER NOT NULL GENERATED ALWAYS AS
     (stars > 0 OR flag <> 'none' OR label <> 'none' OR keeps_original > 0 OR marked > 0) VIRTUAL;
   CREATE INDEX photos_unhashed ON photos (id) WHERE gone = 0 AND judged = 1 AND content IS NULL;
   CREATE INDEX photos_lost ON photos (bytes) WHERE gone > 0 AND judged = 1 AND content IS NOT NULL;
   CREATE TABLE pins (
     photo INTEGER NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
     uid TEXT NOT NULL,
     name TEXT NOT NULL,
     x REAL NOT NULL,
     y REAL NOT NULL,
     made INTEGER NOT NULL,
     PRIMARY KEY (photo, uid)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX pins_by_uid ON pins (uid);
   CREATE TABLE blind_tests (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     photo INTEGER NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
     a TEXT NOT NULL,
     b TEXT NOT NULL,
     trials INTEGER NOT NULL,
     correct INTEGER NOT NULL,
     made_ms REAL NOT NULL
   ) STRICT;
   CREATE INDEX blind_tests_of_photo ON blind_tests (photo);
   CREATE TRIGGER pin_set AFTER INSERT ON pins BEGIN
     UPDATE photos SET marked = marked + 1 WHERE id = NEW.photo;
   END;
   CREATE TRIGGER pin_removed AFTER DELETE ON pins BEGIN
     UPDATE photos SET marked = marked - 1 WHERE id = OLD.photo;
   END;
   CREATE TRIGGER blind_test_saved AFTER INSERT ON blind_tests BEGIN
     UPDATE photos SET marked = marked + 1 WHERE id = NEW.photo;
   END;
   CREATE TABLE results (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     photo INTEGER NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
     source_bytes INTEGER NOT NULL,
     source_mtime_ms REAL NOT NULL,
     source_sha256 TEXT,
     path TEXT NOT NULL,
     bytes INTEGER NOT NULL,
     mtime_ms REAL NOT NULL,
     sha256 TEXT NOT NULL,
     width INTEGER NOT NULL,
     height INTEGER NOT NULL,
     model TEXT NOT NULL,
     scale REAL NOT NULL,
     strength REAL NOT NULL,
     realism REAL,
     made_ms REAL NOT NULL
   ) STRICT;
   CREATE INDEX results_of_photo ON results (photo);`,
];
