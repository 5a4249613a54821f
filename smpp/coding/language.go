package coding

import "fmt"

// Language names the national tables of TS 23.038 §6.2.1.2.4. The zero Language
// has none.
type Language byte

// The national language identifiers.
const (
	Turkish    Language = 1
	Spanish    Language = 2 // single shift only
	Portuguese Language = 3
	Bengali    Language = 4
	Gujarati   Language = 5
	Hindi      Language = 6
	Kannada    Language = 7
	Malayalam  Language = 8
	Oriya      Language = 9
	Punjabi    Language = 10
	Tamil      Language = 11
	Telugu     Language = 12
	Urdu       Language = 13
)

const languages = 256 // an identifier is one octet

var languageNames = [...]string{
	"", "turkish", "spanish", "portuguese", "bengali", "gujarati", "hindi", "kannada",
	"malayalam", "oriya", "punjabi", "tamil", "telugu", "urdu",
}

// String returns the language as configurations write it.
func (l Language) String() string {
	if int(l) < len(languageNames) {
		return languageNames[l]
	}
	return fmt.Sprintf("Language(%d)", uint8(l))
}

// ParseLanguage reads a language by its name.
func ParseLanguage(s string) (Language, error) {
	for i, n := range languageNames {
		if n == s && i > 0 {
			return Language(i), nil
		}
	}
	return 0, fmt.Errorf("language %q has no national table; there are %v", s, languageNames[1:])
}

// UnmarshalText is ParseLanguage for configuration files.
func (l *Language) UnmarshalText(b []byte) (err error) {
	*l, err = ParseLanguage(string(b))
	return err
}

// MarshalText writes the language's name.
func (l Language) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

func (l Language) hasSingle() bool { return singleTables[l] != nil }

func (l Language) hasLocking() bool { return lockingTables[l] != nil }
