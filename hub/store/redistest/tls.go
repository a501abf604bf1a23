package redistest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Certificates are files of an authority of the test's own and of what it signed
// for this machine.
type Certificates struct{ CA, Cert, Key string }

// NewCertificates makes certificates that are good until the test ends.
func NewCertificates(t testing.TB) Certificates {
	t.Helper()
	dir := t.TempDir()
	c := Certificates{filepath.Join(dir, "ca.pem"), filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")}
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "City CA"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
	}
	caKey, key := newKey(t), newKey(t)
	leaf := *authority
	leaf.SerialNumber, leaf.Subject, leaf.IsCA = big.NewInt(2), pkix.Name{CommonName: "redis"}, false
	leaf.KeyUsage, leaf.IPAddresses = x509.KeyUsageDigitalSignature, []net.IP{net.IPv4(127, 0, 0, 1)}
	write(t, c.CA, "CERTIFICATE", sign(t, authority, authority, caKey, caKey))
	write(t, c.Cert, "CERTIFICATE", sign(t, &leaf, authority, key, caKey))
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	write(t, c.Key, "EC PRIVATE KEY", der)
	return c
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func sign(t testing.TB, cert, parent *x509.Certificate, key, by *ecdsa.PrivateKey) []byte {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, cert, parent, &key.PublicKey, by)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func write(t testing.TB, name, kind string, der []byte) {
	t.Helper()
	if err := os.WriteFile(name, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TLSPort as a value of the setting "tls-port" has the server choose one.
const TLSPort = "choose"

// Settings have a server speak TLS too, to clients and to its kind.
func (c Certificates) Settings() map[string]string {
	return map[string]string{
		"tls-port": TLSPort, "tls-cert-file": c.Cert, "tls-key-file": c.Key, "tls-ca-cert-file": c.CA,
		"tls-auth-clients": "no", "tls-replication": "yes",
	}
}

// TLSAddress is where the server speaks TLS.
func (s *Server) TLSAddress() string { return fmt.Sprintf("127.0.0.1:%d", s.tlsPort) }

// peerPort is the port by which other servers reach this one.
func (s *Server) peerPort() int {
	if s.tlsPort != 0 {
		return s.tlsPort
	}
	return s.port
}
