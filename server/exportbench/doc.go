// Command exportbench measures what exports of a large workshop cost the real
// program: it starts one, fills a workshop of many groups through the public
// API, with pictures, takes every format and says how large it is, how long it
// took and the most memory the process held meanwhile. Linux only.
package main
