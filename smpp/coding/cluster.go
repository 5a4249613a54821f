package coding

import (
	"unicode"
	"unicode/utf8"
)

// clusterEnd returns where the characters that belong together from text[i:] end:
// a base with its combining marks, what a zero-width joiner joins, a flag's two
// letters, a Hangul syllable's parts, CR and LF. They must not come apart.
func clusterEnd(text string, i int) int {
	r, n := utf8.DecodeRuneInString(text[i:])
	end := i + n
	if r < utf8.RuneSelf && (end == len(text) || text[end] < utf8.RuneSelf) {
		if r == '\r' && end < len(text) && text[end] == '\n' {
			end++
		}
		return end
	}
	flag := isFlagLetter(r)
	for end < len(text) {
		next, n := utf8.DecodeRuneInString(text[end:])
		switch {
		case extends(next), r == zeroWidthJoiner && next != '\n':
			flag = false
		case flag && isFlagLetter(next):
			flag = false
		default:
			return end
		}
		r, end = next, end+n
	}
	return end
}

const zeroWidthJoiner = 0x200D

func isFlagLetter(r rune) bool { return r >= 0x1F1E6 && r <= 0x1F1FF }

// extends says that the character belongs to the one before it.
func extends(r rune) bool {
	switch {
	case r < 0x300:
		return false
	case r == zeroWidthJoiner, r == 0x200C, // joiner and non-joiner
		r >= 0x1160 && r <= 0x11FF,   // vowels and finals of Hangul
		r >= 0x1F3FB && r <= 0x1F3FF, // skin colours
		r >= 0xE0020 && r <= 0xE007F: // tags of subdivision flags
		return true
	}
	return unicode.In(r, unicode.Mn, unicode.Mc, unicode.Me)
}
