package fraud

// lineSharedCost is a company's service number, not a person's.
var lineSharedCost = lineSignal("LINE_SHARED_COST", LineSharedCost, "a shared-cost service number",
	"shared-cost service number: it belongs to a company's switchboard")
