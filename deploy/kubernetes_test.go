package deploy

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// manifest is as much of the objects as we use; unknown fields fail, so that a
// misspelt one is not taken for a setting.
type manifest struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string
	Metadata   struct {
		Name, Namespace     string
		Labels, Annotations map[string]string
	}
	AutomountServiceAccountToken *bool `yaml:"automountServiceAccountToken"`
	Spec                         yaml.Node
}

type labels struct {
	MatchLabels map[string]string `yaml:"matchLabels"`
}

type deployment struct {
	Replicas int
	Selector labels
	Strategy struct {
		Type          string
		RollingUpdate struct {
			MaxSurge       int `yaml:"maxSurge"`
			MaxUnavailable int `yaml:"maxUnavailable"`
		} `yaml:"rollingUpdate"`
	}
	Template struct {
		Metadata struct{ Labels map[string]string }
		Spec     pod
	}
}

type pod struct {
	ServiceAccountName            string `yaml:"serviceAccountName"`
	AutomountServiceAccountToken  bool   `yaml:"automountServiceAccountToken"`
	TerminationGracePeriodSeconds int    `yaml:"terminationGracePeriodSeconds"`
	SecurityContext               struct {
		RunAsNonRoot   bool                  `yaml:"runAsNonRoot"`
		RunAsUser      int                   `yaml:"runAsUser"`
		RunAsGroup     int                   `yaml:"runAsGroup"`
		SeccompProfile struct{ Type string } `yaml:"seccompProfile"`
	} `yaml:"securityContext"`
	TopologySpreadConstraints []struct {
		MaxSkew           int    `yaml:"maxSkew"`
		TopologyKey       string `yaml:"topologyKey"`
		WhenUnsatisfiable string `yaml:"whenUnsatisfiable"`
		LabelSelector     labels `yaml:"labelSelector"`
	} `yaml:"topologySpreadConstraints"`
	Containers []container
	Volumes    []struct {
		Name   string
		Secret struct {
			SecretName  string `yaml:"secretName"`
			DefaultMode int    `yaml:"defaultMode"`
		}
	}
}

type probe struct {
	HTTPGet          struct{ Path, Port string } `yaml:"httpGet"`
	PeriodSeconds    int                         `yaml:"periodSeconds"`
	TimeoutSeconds   int                         `yaml:"timeoutSeconds"`
	FailureThreshold int                         `yaml:"failureThreshold"`
}

type container struct {
	Name, Image string
	Args        []string
	Ports       []struct {
		Name          string
		ContainerPort int `yaml:"containerPort"`
	}
	Env          []struct{ Name, Value string }
	VolumeMounts []struct {
		Name      string
		MountPath string `yaml:"mountPath"`
		ReadOnly  bool   `yaml:"readOnly"`
	} `yaml:"volumeMounts"`
	SecurityContext struct {
		ReadOnlyRootFilesystem   bool  `yaml:"readOnlyRootFilesystem"`
		AllowPrivilegeEscalation *bool `yaml:"allowPrivilegeEscalation"`
		Capabilities             struct{ Drop []string }
	} `yaml:"securityContext"`
	Resources      struct{ Requests, Limits map[string]string }
	StartupProbe   probe `yaml:"startupProbe"`
	LivenessProbe  probe `yaml:"livenessProbe"`
	ReadinessProbe probe `yaml:"readinessProbe"`
}

// strict decodes a part and refuses what it does not know.
func strict(t *testing.T, n yaml.Node, into any) {
	t.Helper()
	b, err := yaml.Marshal(&n)
	if err != nil {
		t.Fatal(err)
	}
	d := yaml.NewDecoder(bytes.NewReader(b))
	d.KnownFields(true)
	if err := d.Decode(into); err != nil {
		t.Fatal(err)
	}
}

func manifests(t *testing.T) map[string]manifest {
	t.Helper()
	b, err := os.ReadFile("kubernetes/pathboard.yaml")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]manifest{}
	for _, part := range strings.Split(string(b), "\n---\n") {
		d := yaml.NewDecoder(strings.NewReader(part))
		d.KnownFields(true)
		var m manifest
		if err := d.Decode(&m); err != nil {
			t.Fatal(err)
		}
		if m.Metadata.Name != "pathboard" || m.Metadata.Namespace != "pathboard" {
			t.Errorf("%s is called %+v", m.Kind, m.Metadata)
		}
		out[m.APIVersion+" "+m.Kind] = m
	}
	return out
}

func TestKubernetesManifests(t *testing.T) {
	all := manifests(t)
	for _, kind := range []string{"v1 ServiceAccount", "apps/v1 Deployment", "v1 Service", "networking.k8s.io/v1 Ingress", "policy/v1 PodDisruptionBudget", "autoscaling/v2 HorizontalPodAutoscaler", "networking.k8s.io/v1 NetworkPolicy"} {
		if _, ok := all[kind]; !ok {
			t.Errorf("%s is missing", kind)
		}
	}
	var d deployment
	strict(t, all["apps/v1 Deployment"].Spec, &d)
	for _, want := range []map[string]string{d.Selector.MatchLabels, d.Template.Metadata.Labels} {
		if want["app"] != "pathboard" {
			t.Errorf("labels %v", want)
		}
	}
	p := d.Template.Spec
	if d.Replicas < 2 || d.Strategy.RollingUpdate.MaxUnavailable != 0 || p.TerminationGracePeriodSeconds < 20 {
		t.Error("an update would be noticed")
	}
	if s := p.SecurityContext; !s.RunAsNonRoot || s.RunAsUser == 0 || s.SeccompProfile.Type != "RuntimeDefault" || p.AutomountServiceAccountToken {
		t.Errorf("the pod may too much: %+v", s)
	}
	c := p.Containers[0]
	if s := c.SecurityContext; !s.ReadOnlyRootFilesystem || s.AllowPrivilegeEscalation == nil || *s.AllowPrivilegeEscalation || !slices.Contains(s.Capabilities.Drop, "ALL") {
		t.Errorf("the container may too much: %+v", s)
	}
	if c.Resources.Limits["memory"] == "" || c.Resources.Requests["cpu"] == "" || c.ReadinessProbe.HTTPGet.Path != "/readyz" || c.LivenessProbe.HTTPGet.Path != "/healthz" {
		t.Errorf("limits and probes: %+v %+v", c.Resources, c.ReadinessProbe)
	}
	checkEnvironment(t, c)
}

// checkEnvironment: every variable is one the program reads.
func checkEnvironment(t *testing.T, c container) {
	t.Helper()
	help, err := os.ReadFile("../server/config/config.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range c.Env {
		name, ours := strings.CutPrefix(strings.TrimSuffix(e.Name, "_FILE"), "PATHBOARD_")
		if ours && !strings.Contains(string(help), `env:"`+name+`"`) {
			t.Errorf("the program reads no %s", e.Name)
		}
	}
}
