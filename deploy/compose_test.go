package deploy

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// composeFile is what the tests look at; unknown keys of a service fail.
type composeFile struct {
	Services map[string]service
	Secrets  map[string]struct{ File string }
	Networks map[string]struct {
		Internal bool
		Ipam     struct{ Config []struct{ Subnet string } }
	}
	Volumes map[string]any
	X       map[string]any `yaml:",inline"`
}

type service struct {
	Build           struct{ Context, Dockerfile string }
	Image, User     string
	Command         []string
	Restart         string
	ReadOnly        bool     `yaml:"read_only"`
	CapDrop         []string `yaml:"cap_drop"`
	CapAdd          []string `yaml:"cap_add"`
	SecurityOpt     []string `yaml:"security_opt"`
	PidsLimit       int      `yaml:"pids_limit"`
	MemLimit        string   `yaml:"mem_limit"`
	StopGracePeriod string   `yaml:"stop_grace_period"`
	Environment     map[string]string
	Secrets         []string
	Networks        []string
	Ports           []string
	Volumes         []string
	Tmpfs           []string
	Sysctls         map[string]int
	Entrypoint      []string
	NetworkMode     string `yaml:"network_mode"`
	Logging         struct {
		Driver  string
		Options map[string]string
	}
	DependsOn   map[string]struct{ Condition string } `yaml:"depends_on"`
	Healthcheck struct {
		Test                            []string
		Interval, Timeout, Start_period string `yaml:",omitempty"`
		Retries                         int
	}
}

func readCompose(t *testing.T) composeFile {
	t.Helper()
	b, err := os.ReadFile("../docker-compose.yml")
	if err != nil {
		t.Fatal(err)
	}
	d := yaml.NewDecoder(strings.NewReader(string(b)))
	d.KnownFields(true)
	var c composeFile
	if err := d.Decode(&c); err != nil {
		t.Fatal(err)
	}
	return c
}

// preparing is the service that gives a volume its owner: root, but without a
// network and only once.
const preparing = "proxy-volume"

func TestComposeHardensEveryService(t *testing.T) {
	c := readCompose(t)
	p := c.Services[preparing]
	if p.NetworkMode != "none" || p.Restart != "no" || !p.ReadOnly || !slices.Contains(p.CapDrop, "ALL") {
		t.Errorf("%s: %+v", preparing, p)
	}
	delete(c.Services, preparing)
	if len(c.Services) != 4 || !reflect.DeepEqual(c.Services["app1"], c.Services["app2"]) {
		t.Errorf("want two equal instances, Redis and a proxy; got %d services", len(c.Services))
	}
	for name, s := range c.Services {
		if s.Restart != "unless-stopped" || !s.ReadOnly || !slices.Contains(s.CapDrop, "ALL") ||
			!slices.Contains(s.SecurityOpt, "no-new-privileges:true") || s.PidsLimit == 0 || s.MemLimit == "" ||
			len(s.Healthcheck.Test) == 0 || s.Logging.Options["max-size"] == "" {
			t.Errorf("%s lacks something of what every service has: %+v", name, s)
		}
		if uid, _, _ := strings.Cut(s.User, ":"); uid == "" || uid == "0" || uid == "root" {
			t.Errorf("%s runs as root", name)
		}
		if len(s.Ports) > 0 && name != "proxy" {
			t.Errorf("%s can be reached from outside", name)
		}
		for other, d := range s.DependsOn {
			if other == preparing {
				continue
			}
			if d.Condition != "service_healthy" || len(c.Services[other].Healthcheck.Test) == 0 {
				t.Errorf("%s starts before %s is healthy", name, other)
			}
		}
	}
	if !c.Networks["inside"].Internal {
		t.Error("the inner network leads outside")
	}
	if got := c.Services["app1"].Environment["PATHBOARD_TRUSTED_PROXIES"]; got != c.Networks["inside"].Ipam.Config[0].Subnet {
		t.Errorf("the instances trust %s, the proxy is in %v", got, c.Networks["inside"].Ipam.Config)
	}
}

// TestComposeNamesWhatExists: files that are mounted or built from are there,
// the secrets are those that secrets.sh makes.
func TestComposeNamesWhatExists(t *testing.T) {
	c := readCompose(t)
	folder := makeSecrets(t)
	for name, s := range c.Secrets {
		if _, err := os.Stat(filepath.Join(folder, filepath.Base(s.File))); err != nil {
			t.Errorf("secret %s: %v", name, err)
		}
	}
	for name, s := range c.Services {
		for _, v := range s.Volumes {
			source, _, _ := strings.Cut(v, ":")
			_, named := c.Volumes[source]
			if _, err := os.Stat(filepath.Join("..", source)); !named && err != nil {
				t.Errorf("%s mounts %s: %v", name, source, err)
			}
		}
		for _, secret := range s.Secrets {
			if _, ok := c.Secrets[secret]; !ok {
				t.Errorf("%s asks for secret %s", name, secret)
			}
		}
		if f := s.Build.Dockerfile; f != "" {
			if _, err := os.Stat(filepath.Join("..", f)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// TestNothingIsSetToNothing: a variable that the operator leaves out has a value;
// the Caddyfile with an empty line for the certificate is no configuration.
func TestNothingIsSetToNothing(t *testing.T) {
	b, err := os.ReadFile("../docker-compose.yml")
	if err != nil {
		t.Fatal(err)
	}
	for n, line := range strings.Split(string(b), "\n") {
		if strings.Contains(line, ":-}") {
			t.Errorf("docker-compose.yml:%d: %s", n+1, strings.TrimSpace(line))
		}
	}
}

// TestImageCopiesWhatTheBuildNeeds: the Dockerfile names folders that exist, and
// every package of the program lies in one of them.
func TestImageCopiesWhatTheBuildNeeds(t *testing.T) {
	b, err := os.ReadFile("Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(line)
		if len(f) < 3 || f[0] != "COPY" || strings.HasPrefix(f[1], "--") {
			continue
		}
		for _, source := range f[1 : len(f)-1] {
			if _, err := os.Stat(filepath.Join("..", source)); err != nil {
				t.Errorf("%s: %v", strings.TrimSpace(line), err)
			}
		}
	}
}
