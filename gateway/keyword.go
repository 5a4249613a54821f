package gateway

import (
	"strings"
	"unicode"
)

// keyword is what a message from a handset asks for; the label of
// tollgate_mobile_originated_total.
type keyword string

const (
	keywordStop  keyword = "stop"  // no more messages
	keywordStart keyword = "start" // messages again
	keywordHelp  keyword = "help"
	keywordNone  keyword = "other" // anything else
)

// keywords in the languages of those who answer. The first row of stop and the first of
// start are those that carriers in the United States demand (CTIA Messaging Principles,
// and 47 CFR 64.1200(a)(10) for REVOKE and OPT OUT); the rest is what the same word is
// elsewhere, as it is printed in opt-out notices there.
var keywords = map[keyword][]string{
	keywordStop: {
		"STOP", "STOPALL", "STOP ALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT", "OPT OUT", "OPT-OUT",
		"ARRET", "ARRÊT", "STOPP", "STOPPEN", "AFMELDEN", "ABMELDEN", "ABBESTELLEN", "BAJA", "ALTO", "DETENER", "CANCELAR",
		"PARAR", "SAIR", "CANCELLA", "ANNULLA", "REZYGNUJE", "REZYGNUJĘ", "AVSLUTA", "AVMELD", "AFMELD", "LOPETA",
		"IPTAL", "İPTAL", "RET", "СТОП", "ОТПИСКА", "ОТПИСАТЬСЯ", "ΣΤΟΠ", "توقف", "إيقاف", "הסר", "停止", "退订", "退訂", "TD",
	},
	keywordStart: {
		"START", "UNSTOP", "SUBSCRIBE", "RESUME",
		"REPRENDRE", "ALTA", "INICIAR", "СТАРТ", "BASLA", "BAŞLA",
	},
	keywordHelp: {"HELP", "INFO", "AIDE", "HILFE", "AYUDA", "AJUDA", "AIUTO", "HULP", "YARDIM", "ПОМОЩЬ"},
}

// byWord finds a keyword by its word.
var byWord = func() map[string]keyword {
	m := map[string]keyword{}
	for k, words := range keywords {
		for _, w := range words {
			m[w] = k
		}
	}
	return m
}()

// maxKeyword is more than the longest keyword, in octets: a longer text is none.
const maxKeyword = 64

// keywordOf reads a message that consists of a keyword and nothing else, whatever its
// case, spaces and punctuation around it. A sentence that merely has the word in it
// ("when does the sale end") is not taken for a wish.
func keywordOf(text string) keyword {
	if len(text) > maxKeyword {
		return keywordNone
	}
	text = strings.TrimFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if k, ok := byWord[strings.Join(strings.Fields(strings.ToUpper(text)), " ")]; ok {
		return k
	}
	return keywordNone
}
