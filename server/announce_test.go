package main

import (
	"net"
	"testing"
)

func TestLANAddress(t *testing.T) {
	for _, c := range []struct {
		name string
		own  []string
		want string
	}{
		{"private before public", []string{"127.0.0.1/8", "203.0.113.7/24", "192.168.1.20/24"}, "192.168.1.20"},
		{"public where desks have such addresses", []string{"127.0.0.1/8", "203.0.113.7/24", "fe80::1/64"}, "203.0.113.7"},
		{"IPv6 where there is nothing else", []string{"::1/128", "fe80::1/64", "2001:db8::5/64"}, "2001:db8::5"},
		{"an address of the link alone is none", []string{"127.0.0.1/8", "169.254.3.4/16", "fe80::1/64"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var own []net.Addr
			for _, s := range c.own {
				ip, n, err := net.ParseCIDR(s)
				if err != nil {
					t.Fatal(err)
				}
				own = append(own, &net.IPNet{IP: ip, Mask: n.Mask})
			}
			got := ""
			if ip := lanIP(own); ip != nil {
				got = ip.String()
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
