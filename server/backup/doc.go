// Package backup takes everything a store holds, or one workshop, into one
// file, and writes it back into a store of either kind.
//
// The file is a tar archive under gzip, made to be read without Pathboard too:
//
//	pathboard-backup.json          format, program, time, workshop ("" for all)
//	records/000001.ndjson          records, a line of JSON each: key, version,
//	                               and value (or base64, where it is no JSON)
//	documents/NAME/document.json   name, epoch, owners of client ids, SHA-256
//	documents/NAME/update.yjs      the document as a Yjs update (V1)
//	documents/NAME/pins/N.json     a moment kept on request, as the hub keeps it
//	end.json                       counts, and the SHA-256 over the name, the
//	                               size and the content of all files before
//
// A file without its end, or whose sums differ, is not restored from. Records
// are read before documents, so a document is never older than what points to
// it; each is consistent in itself, whoever edits meanwhile. Only one document
// and one megabyte of records are in memory at a time.
//
// The file holds names of people and what they wrote, and the join code; tokens
// are in it as hashes only.
package backup
