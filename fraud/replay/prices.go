package replay

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// LoadPrices reads what a message costs: CSV with the columns region (ISO 3166-1
// alpha-2, "001" for non-geographic numbers, "*" for every other) and usd. Lines
// that begin with # are passed.
func LoadPrices(r io.Reader) (func(region string) float64, error) {
	in := csv.NewReader(r)
	in.Comment, in.FieldsPerRecord, in.TrimLeadingSpace = '#', 2, true
	rows, err := in.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("prices: %w", err)
	}
	if len(rows) == 0 || rows[0][0] != "region" || rows[0][1] != "usd" {
		return nil, errors.New(`prices: the first line must be "region,usd"`)
	}
	prices := map[string]float64{}
	for _, row := range rows[1:] {
		v, err := strconv.ParseFloat(row[1], 64)
		if err != nil || !(v >= 0 && v <= 1000) {
			return nil, fmt.Errorf("prices: %s: %q is no price in USD", row[0], row[1])
		}
		prices[strings.ToUpper(row[0])] = v
	}
	return func(region string) float64 {
		if v, ok := prices[region]; ok {
			return v
		}
		return prices["*"]
	}, nil
}
