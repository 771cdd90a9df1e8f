import { type Books, closeBooks, openBooks } from "../system/books.ts";
import { Sql } from "../system/sql.ts";
import { EnhancedRows } from "./enhanced-rows.ts";
import { FolderRows } from "./folder-rows.ts";
import { LIBRARY_MIGRATIONS } from "./library-schema.ts";
import { MarkRows } from "./mark-rows.ts";
import { PhotoRows } from "./photo-rows.ts";
import { ResultRows } from "./result-rows.ts";
import { WorkRows } from "./work-rows.ts";

/** What is known of folders and photos, in a database that this process holds alone; every change is on the disk. */
export class LibraryStore {
  readonly folders: FolderRows;
  readonly photos: PhotoRows;
  readonly work: WorkRows;
  readonly enhanced: EnhancedRows;
  readonly results: ResultRows;
  readonly marks: MarkRows;

  private constructor(private readonly books: Books) {
    const sql = new Sql(books);
    this.folders = new FolderRows(sql);
    this.photos = new PhotoRows(sql);
    this.work = new WorkRows(sql);
    this.enhanced = new EnhancedRows(sql);
    this.results = new ResultRows(sql);
    this.marks = new MarkRows(sql);
  }

  /** @param path absolute path of the database's file. @throws SilvergrainError as `openBooks` */
  static open(path: string): LibraryStore {
    return new LibraryStore(openBooks(path, { kind: "app" }, LIBRARY_MIGRATIONS));
  }

  close(): void {
    closeBooks(this.books);
  }
}
