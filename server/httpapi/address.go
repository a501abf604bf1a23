package httpapi

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

func (a *api) clientAddress(r *http.Request) string { return ClientAddress(r, a.TrustedProxies) }

// AllowOrigin returns what decides on a request's Origin header; see allowOrigin.
func AllowOrigin(publicURL string, proxies []netip.Prefix) func(*http.Request) bool {
	return (&api{Options: Options{PublicURL: publicURL, TrustedProxies: proxies}}).allowOrigin
}

// ClientAddress returns the address a request comes from. X-Forwarded-For is
// read from the right and only through proxies the operator trusts: whatever a
// client wrote there itself is never reached.
func ClientAddress(r *http.Request, proxies []netip.Prefix) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && within(host, proxies); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		host = hop.String()
	}
	return host
}

func (a *api) trusted(host string) bool { return within(host, a.TrustedProxies) }

func within(host string, networks []netip.Prefix) bool {
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	for _, p := range networks {
		if p.Contains(ip.Unmap()) {
			return true
		}
	}
	return false
}

// secure reports whether the browser speaks TLS to us or to a trusted proxy.
func (a *api) secure(r *http.Request) bool {
	if r.TLS != nil {
		return true
	}
	host, _, _ := net.SplitHostPort(r.RemoteAddr)
	return a.trusted(host) && strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
}

// baseURL is the address that links begin with: the configured public one, or
// the one this request was made to.
func (a *api) baseURL(r *http.Request) string {
	if a.PublicURL != "" {
		return strings.TrimRight(a.PublicURL, "/")
	}
	scheme := "http"
	if a.secure(r) {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}

// allowOrigin reports whether the page a request says it comes from may open a
// socket or change anything: a page of this host or of the public URL, exactly. A
// request without the header comes from no browser and is judged by its token
// alone.
func (a *api) allowOrigin(r *http.Request) bool {
	origins := r.Header.Values("Origin")
	if len(origins) == 0 {
		return true
	}
	if len(origins) != 1 || origins[0] == "" {
		return false
	}
	origin := origins[0]
	if origin == "https://"+r.Host || (!a.secure(r) && origin == "http://"+r.Host) {
		return validHost(r.Host)
	}
	public, err := url.Parse(a.PublicURL)
	return err == nil && public.Host != "" && origin == public.Scheme+"://"+public.Host
}

// validHost reports whether a Host header is a plain host with an optional
// port, fit to stand in a header of ours.
func validHost(host string) bool {
	return host != "" && !strings.ContainsFunc(host, func(r rune) bool {
		return !strings.ContainsRune(hostRunes, r)
	})
}

const hostRunes = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]"
