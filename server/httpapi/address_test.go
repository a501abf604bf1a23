package httpapi

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

func TestAllowOrigin(t *testing.T) {
	a := &api{Options: Options{PublicURL: "https://warsztat.lodz.pl", TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}}
	for name, tc := range map[string]struct {
		origins []string
		remote  string
		want    bool
	}{
		"NoHeader":      {want: true},
		"Same":          {origins: []string{"http://board.local:8080"}, want: true},
		"SameTLS":       {origins: []string{"https://board.local:8080"}, want: true},
		"PublicURL":     {origins: []string{"https://warsztat.lodz.pl"}, want: true},
		"ProxyTLS":      {origins: []string{"http://board.local:8080"}, remote: "10.0.0.9:1"},
		"Null":          {origins: []string{"null"}},
		"Empty":         {origins: []string{""}},
		"Two":           {origins: []string{"http://board.local:8080", "http://board.local:8080"}},
		"Case":          {origins: []string{"http://Board.local:8080"}},
		"OtherPort":     {origins: []string{"http://board.local:8081"}},
		"NoPort":        {origins: []string{"http://board.local"}},
		"Subdomain":     {origins: []string{"http://x.board.local:8080"}},
		"Suffix":        {origins: []string{"http://board.local:8080.evil.example"}},
		"Prefix":        {origins: []string{"http://evilboard.local:8080"}},
		"Userinfo":      {origins: []string{"http://board.local:8080@evil.example"}},
		"Path":          {origins: []string{"http://board.local:8080/"}},
		"PublicPath":    {origins: []string{"https://warsztat.lodz.pl/"}},
		"PublicHTTP":    {origins: []string{"http://warsztat.lodz.pl"}},
		"PublicSuffix":  {origins: []string{"https://warsztat.lodz.pl.evil.example"}},
		"Unicode":       {origins: []string{"http://bοard.local:8080"}},
		"OtherScheme":   {origins: []string{"ftp://board.local:8080"}},
		"File":          {origins: []string{"file://"}},
		"PublicUpper":   {origins: []string{"HTTPS://warsztat.lodz.pl"}},
		"LeadingSpace":  {origins: []string{" http://board.local:8080"}},
		"Tab":           {origins: []string{"http://board.local:8080\t"}},
		"NewLine":       {origins: []string{"http://board.local:8080\nhttp://evil.example"}},
		"Comma":         {origins: []string{"http://board.local:8080,http://evil.example"}},
		"SpaceList":     {origins: []string{"http://evil.example http://board.local:8080"}},
		"Star":          {origins: []string{"*"}},
		"NoScheme":      {origins: []string{"board.local:8080"}},
		"SlashSlash":    {origins: []string{"//board.local:8080"}},
		"Query":         {origins: []string{"http://board.local:8080?x"}},
		"Fragment":      {origins: []string{"http://board.local:8080#x"}},
		"TrailingDot":   {origins: []string{"http://board.local.:8080"}},
		"LeadingZero":   {origins: []string{"http://board.local:08080"}},
		"PortAndPort":   {origins: []string{"http://board.local:8080:80"}},
		"Backslash":     {origins: []string{`http://board.local:8080\.evil.example`}},
		"Encoded":       {origins: []string{"http://board%2elocal:8080"}},
		"Punycode":      {origins: []string{"http://xn--bard-0nd.local:8080"}},
		"UserinfoSame":  {origins: []string{"http://user@board.local:8080"}},
		"WebSocket":     {origins: []string{"ws://board.local:8080"}},
		"Extension":     {origins: []string{"chrome-extension://board.local:8080"}},
		"Data":          {origins: []string{"data:text/html,x"}},
		"Blob":          {origins: []string{"blob:http://board.local:8080"}},
		"PublicPort":    {origins: []string{"https://warsztat.lodz.pl:443"}},
		"PublicSub":     {origins: []string{"https://x.warsztat.lodz.pl"}},
		"PublicAndSame": {origins: []string{"https://warsztat.lodz.pl", "http://board.local:8080"}},
		"TrailingSpace": {origins: []string{"http://board.local:8080 "}},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, "/ws", nil)
			r.Host = "board.local:8080"
			if tc.remote != "" {
				r.RemoteAddr = tc.remote
				r.Header.Set("X-Forwarded-Proto", "https")
			}
			for _, o := range tc.origins {
				r.Header.Add("Origin", o)
			}
			if got := a.allowOrigin(r); got != tc.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestClientAddress(t *testing.T) {
	a := &api{Options: Options{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}}
	for name, tc := range map[string]struct{ remote, forwarded, want string }{
		"Direct":        {"192.0.2.7:99", "", "192.0.2.7"},
		"DirectSpoofed": {"192.0.2.7:99", "1.1.1.1", "192.0.2.7"},
		"Proxy":         {"10.0.0.1:99", "198.51.100.4", "198.51.100.4"},
		"TwoProxies":    {"10.0.0.1:99", "198.51.100.4, 10.0.0.2", "198.51.100.4"},
		"ProxySpoofed":  {"10.0.0.1:99", "1.1.1.1, 198.51.100.4", "198.51.100.4"},
		"Garbage":       {"10.0.0.1:99", "unknown", "10.0.0.1"},
		"V6":            {"[2001:db8::1]:99", "", "2001:db8::1"},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.RemoteAddr = tc.remote
			if tc.forwarded != "" {
				r.Header.Set("X-Forwarded-For", tc.forwarded)
			}
			if got := a.clientAddress(r); got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}
