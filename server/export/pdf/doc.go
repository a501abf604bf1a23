// Package pdf writes accessible PDF: every word lies in a tree of headings,
// paragraphs, lists, tables and links in reading order (tagged PDF, as PDF/UA-1
// asks), the language and title are stated, fonts are embedded with their
// Unicode values, and headings are bookmarks. What is decoration is marked so.
//
// It exists because the server has no browser and the libraries at hand write
// untagged files (docs/adr/0005-own-tagged-pdf-writer.md). It lays out only what
// reports need: text that flows over A4 pages, and single pages drawn like a
// poster. It knows nothing of workshops.
//
// Pages are written as they fill; what stays in memory until Close is the tree:
// some tens of bytes a line.
//
// Lengths are in points, from the upper left corner.
package pdf
