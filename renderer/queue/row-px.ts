/** Height of a row of a batch's list, in CSS px; jobs.css has the same. */
export const ROW_PX = 32;
