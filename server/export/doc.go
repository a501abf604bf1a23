// Package export turns what the groups made into the files that offices use.
//
// There is one pure structure, Report, made from a workshop and its boards.
// What the report says, in which order and in which language, is a sequence of
// blocks (blocks.go): headings, paragraphs, lists, tables. Markdown, DOCX and
// PDF are writers of that sequence; XLSX and CSV are writers of its tables
// (tables.go); a board as a picture is drawn once on a canvas (picture.go) and
// written as SVG, PNG or an A3 page.
//
// Text of participants is data in every format: nothing in it becomes a
// formula, markup, script or link, and no file loads anything from outside.
//
// What this package is not: it decides nothing about who may have a file, and
// does not fetch: boards and library entries are handed in.
package export
