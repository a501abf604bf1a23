package main

import (
	"fmt"
	"io"
	"net"
	"strings"

	"rsc.io/qr"

	"github.com/pathboard/pathboard/server/config"
	"github.com/pathboard/pathboard/server/demo"
)

// announce says where the program can be reached. The first line is for
// programs that start this one; the rest is for people in a hall: the address
// other devices use, and its QR code.
func announce(out io.Writer, addr net.Addr, c config.Config) {
	fmt.Fprintf(out, "pathboard listening on %s\n", localURL(addr))
	link := c.PublicURL
	if link == "" {
		link = lanURL(addr)
	}
	if link == "" {
		return
	}
	fmt.Fprintf(out, "\nother devices: %s\n", link)
	if code, err := qr.Encode(link, qr.M); err == nil {
		fmt.Fprint(out, "\n", blocks(code))
	}
}

// announceDemo prints the ways into the demonstration workshop.
func announceDemo(out io.Writer, l demo.Links) {
	fmt.Fprintf(out, "\nfacilitator: %s\nprojector:   %s\nmembers:     %s\n", l.Facilitator, l.Projector, l.Join)
}

// localURL is an address that works on this machine.
func localURL(addr net.Addr) string {
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return "http://" + addr.String()
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// lanURL is the address for other devices of the local network, or "" when
// the program listens for this machine only or there is no network.
func lanURL(addr net.Addr) string {
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return ""
	}
	if ip := net.ParseIP(host); ip != nil && !ip.IsUnspecified() {
		if ip.IsLoopback() {
			return ""
		}
		return "http://" + addr.String()
	}
	own, err := net.InterfaceAddrs()
	if err != nil {
		return ""
	}
	if ip := lanIP(own); ip != nil {
		return "http://" + net.JoinHostPort(ip.String(), port)
	}
	return ""
}

// lanIP is the address of ours that other devices in the building most likely
// reach: a private IPv4, else a public one (some institutions number their
// desks so), else IPv6.
func lanIP(own []net.Addr) net.IP {
	var best net.IP
	rank := 0
	for _, a := range own {
		n, ok := a.(*net.IPNet)
		if !ok || !n.IP.IsGlobalUnicast() {
			continue
		}
		r := 1
		if n.IP.To4() != nil {
			r = 2
			if n.IP.IsPrivate() {
				r = 3
			}
		}
		if r > rank {
			best, rank = n.IP, r
		}
	}
	return best
}

// quiet is the empty margin that readers need around a code, in modules.
const quiet = 2

// blocks draws a QR code with two modules in one character, light on the dark
// ground that most terminals have.
func blocks(code *qr.Code) string {
	light := func(x, y int) bool { return !code.Black(x, y) } // outside is light
	var b strings.Builder
	for y := -quiet; y < code.Size+quiet; y += 2 {
		for x := -quiet; x < code.Size+quiet; x++ {
			switch top, bottom := light(x, y), light(x, y+1); {
			case top && bottom:
				b.WriteRune('█')
			case top:
				b.WriteRune('▀')
			case bottom:
				b.WriteRune('▄')
			default:
				b.WriteByte(' ')
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}
