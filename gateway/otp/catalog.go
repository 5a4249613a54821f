package otp

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/language"
)

// DefaultTemplate is the template of every purpose that has none of its own.
const DefaultTemplate = "default"

// Fallback is the language of a text when nothing better is known.
const Fallback = "en"

// ErrLocale is a locale that is not a BCP 47 tag at all. A proper tag of a
// language that no template has is no error: it falls back.
var ErrLocale = errors.New("otp: the locale is not a BCP 47 tag such as de or pt-BR")

// ErrUnknownTemplate is what every UnknownTemplateError is.
var ErrUnknownTemplate = errors.New("otp: no such template")

// UnknownTemplateError says which templates there are.
type UnknownTemplateError struct {
	Name  string
	Known []string // sorted
}

func (e *UnknownTemplateError) Error() string {
	return fmt.Sprintf("there is no template %q; use one of %s", e.Name, strings.Join(e.Known, ", "))
}

// Is makes errors.Is(err, ErrUnknownTemplate) hold.
func (e *UnknownTemplateError) Is(target error) bool { return target == ErrUnknownTemplate }

// Catalog is one tenant's templates over the built-in ones. It is read-only
// once made, for any number of goroutines.
type Catalog struct {
	families map[string]*family
	own      map[string]bool // names that the tenant has texts for
}

// NewCatalog reads a tenant's templates, name -> locale -> text. They stand
// over the built-in ones text by text: a tenant's German "login" leaves the
// built-in French one in its place. All texts that are wrong are reported
// together. A nil map gives the built-in templates alone.
func NewCatalog(templates map[string]map[string]string) (*Catalog, error) {
	texts := make(map[string]map[string]*textTemplate)
	for name, byLocale := range builtin() {
		texts[name] = maps.Clone(byLocale)
	}
	c := &Catalog{families: make(map[string]*family), own: make(map[string]bool)}
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(templates)) {
		for _, locale := range slices.Sorted(maps.Keys(templates[name])) {
			if err := addText(texts, name, locale, templates[name][locale]); err != nil {
				errs = append(errs, fmt.Errorf("template %q, locale %q: %w", name, locale, err))
			}
			c.own[name] = true
		}
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	for name, byLocale := range texts {
		c.families[name] = newFamily(byLocale)
	}
	return c, nil
}

func addText(texts map[string]map[string]*textTemplate, name, locale, text string) error {
	tag, err := language.Parse(locale)
	if err != nil {
		return ErrLocale
	}
	t, err := parseTemplate(text)
	if err != nil {
		return err
	}
	if texts[name] == nil {
		texts[name] = make(map[string]*textTemplate)
	}
	texts[name][tag.String()] = t
	return nil
}

// Names lists the templates that a request may name, sorted.
func (c *Catalog) Names() []string { return slices.Sorted(maps.Keys(c.families)) }

// choose picks the template of a request: the one it names; else the tenant's
// own for the purpose, the tenant's own default, the built-in one for the
// purpose, the built-in default. A tenant that words its texts itself is
// never answered with ours in between.
func (c *Catalog) choose(name, purpose string) (*family, error) {
	if name != "" {
		f := c.families[name]
		if f == nil {
			return nil, &UnknownTemplateError{Name: name, Known: c.Names()}
		}
		return f, nil
	}
	if c.own[DefaultTemplate] && !c.own[purpose] {
		return c.families[DefaultTemplate], nil
	}
	if f := c.families[purpose]; f != nil {
		return f, nil
	}
	return c.families[DefaultTemplate], nil
}

// family is one template in all its languages.
type family struct {
	exact   map[string]*textTemplate // by tag, lower case
	ordered []*textTemplate          // as the matcher numbers them
	matcher language.Matcher
}

func newFamily(byLocale map[string]*textTemplate) *family {
	f := &family{exact: make(map[string]*textTemplate, len(byLocale))}
	var tags []language.Tag
	for _, locale := range slices.SortedFunc(maps.Keys(byLocale), fallbackFirst) {
		f.exact[strings.ToLower(locale)] = byLocale[locale]
		f.ordered = append(f.ordered, byLocale[locale])
		tags = append(tags, language.MustParse(locale))
	}
	f.matcher = language.NewMatcher(tags)
	return f
}

// fallbackFirst puts English first: the matcher falls back to its first tag.
func fallbackFirst(a, b string) int {
	switch {
	case a == b:
		return 0
	case a == Fallback:
		return -1
	case b == Fallback:
		return 1
	}
	return strings.Compare(a, b)
}

// in picks the text for a locale.
func (f *family) in(locale string) (*textTemplate, error) {
	if locale == "" {
		return f.ordered[0], nil
	}
	if t := f.exact[strings.ToLower(locale)]; t != nil {
		return t, nil
	}
	tag, err := language.Parse(locale)
	var unknown language.ValueError // well formed, but names nothing known
	if err != nil && !errors.As(err, &unknown) {
		return nil, ErrLocale
	}
	_, i, _ := f.matcher.Match(tag)
	return f.ordered[i], nil
}
