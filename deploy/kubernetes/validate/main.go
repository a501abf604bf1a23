// Command validate reads manifests as Kubernetes itself does, with its own types,
// and refuses every field that they do not have and every value of a wrong kind.
//
//	cd deploy/kubernetes/validate && go run . ../pathboard.yaml
//
// It is a module of its own, so that what it needs is no dependency of the
// product.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/yaml"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "validate:", err)
		os.Exit(1)
	}
}

func run(files []string, out io.Writer) error {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		appsv1.AddToScheme, autoscalingv2.AddToScheme, corev1.AddToScheme, networkingv1.AddToScheme, policyv1.AddToScheme,
	} {
		if err := add(scheme); err != nil {
			return err
		}
	}
	decoder := serializer.NewCodecFactory(scheme, serializer.EnableStrict).UniversalDeserializer()
	var errs []error
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		documents := yaml.NewDocumentDecoder(io.NopCloser(bytes.NewReader(b)))
		for n := 1; ; n++ {
			part := make([]byte, len(b))
			size, err := documents.Read(part)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			_, kind, err := decoder.Decode(part[:size], nil, nil)
			if err != nil {
				errs = append(errs, fmt.Errorf("%s, object %d: %w", name, n, err))
				continue
			}
			fmt.Fprintln(out, "ok", kind.Kind, kind.Version)
		}
	}
	return errors.Join(errs...)
}
