package smsc

import (
	"fmt"
	"strconv"
	"sync"

	"go.yaml.in/yaml/v3"

	"tollgate/smpp/pdu"
)

// statusNames maps every name that pdu knows to its number.
var statusNames = sync.OnceValue(func() map[string]pdu.Status {
	names := map[string]pdu.Status{}
	for _, s := range pdu.Statuses() {
		names[s.String()] = s
	}
	return names
})

// UnmarshalYAML reads a name, ESME_RTHROTTLED, or a number, 88 or 0x58.
func (s *Status) UnmarshalYAML(n *yaml.Node) error {
	if known, ok := statusNames()[n.Value]; ok {
		*s = Status(known)
		return nil
	}
	v, err := strconv.ParseUint(n.Value, 0, 32)
	if err != nil || n.Kind != yaml.ScalarNode {
		return yamlError(n, "%q is no command_status; write a name such as ESME_RTHROTTLED or a number such as 0x58", n.Value)
	}
	*s = Status(v)
	return nil
}

// UnmarshalYAML reads `none` or a list of {stat, err, share}.
func (r *ReceiptRates) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode && n.Value == "none" {
		*r = ReceiptRates{}
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		return yamlError(n, "receipts is `none` or a list of {stat, err, share}")
	}
	var unknown []string
	for _, item := range n.Content {
		for i := 0; i+1 < len(item.Content); i += 2 {
			switch key := item.Content[i]; key.Value {
			case "stat", "err", "share":
			default:
				unknown = append(unknown, fmt.Sprintf("line %d: field %s not found in receipts", key.Line, key.Value))
			}
		}
	}
	if unknown != nil {
		return &yaml.TypeError{Errors: unknown}
	}
	if len(n.Content) == 0 {
		*r = nil // an empty list names no state but DELIVRD; `none` is another thing
		return nil
	}
	return n.Decode((*[]ReceiptRate)(r))
}

// yamlError is an error that the decoder collects with its others.
func yamlError(n *yaml.Node, format string, args ...any) error {
	return &yaml.TypeError{Errors: []string{fmt.Sprintf("line %d: ", n.Line) + fmt.Sprintf(format, args...)}}
}
