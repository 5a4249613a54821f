package otp

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

// templates holds one file a language, named by its BCP 47 tag: template name
// to text. The Latin ones stay inside the GSM 7-bit alphabet and 160 of its
// characters, the others within 70 UTF-16 units, so that each is one part.
//
//go:embed templates/*.yaml
var templateFiles embed.FS

// builtin is template name -> locale -> parsed text. It panics on a file that
// does not parse: those files are part of the binary.
var builtin = sync.OnceValue(func() map[string]map[string]*textTemplate {
	files, err := fs.Glob(templateFiles, "templates/*.yaml")
	if err != nil {
		panic(err)
	}
	all := make(map[string]map[string]*textTemplate)
	for _, file := range files {
		locale := strings.TrimSuffix(strings.TrimPrefix(file, "templates/"), ".yaml")
		if err := addFile(all, locale, file); err != nil {
			panic(fmt.Sprintf("otp: %s: %v", file, err))
		}
	}
	return all
})

func addFile(all map[string]map[string]*textTemplate, locale, file string) error {
	data, err := templateFiles.ReadFile(file)
	if err != nil {
		return err
	}
	var texts map[string]string
	if err := yaml.Unmarshal(data, &texts); err != nil {
		return err
	}
	for name, text := range texts {
		t, err := parseTemplate(text)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if all[name] == nil {
			all[name] = make(map[string]*textTemplate)
		}
		all[name][locale] = t
	}
	return nil
}
