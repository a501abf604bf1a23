// Package config reads the settings of the program: from the environment
// (PATHBOARD_*) and from flags of the same names in kebab case, which win.
//
// It knows names, defaults and what a sensible value is; it opens nothing.
package config
