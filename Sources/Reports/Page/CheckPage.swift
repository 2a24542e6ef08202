import Policies
import Quantities

/// The report of `check` as a page.
extension CheckReport {
  var page: Page {
    let verdicts = subjects.flatMap(\.verdicts)
    func count(_ outcome: Verdict.Outcome) -> String {
      "\(verdicts.reduce(0) { $0 + ($1.outcome == outcome ? $1.count : 0) })"
    }
    let isKept = brokenRules == 0
    let verdict = PageParts.verdict(isKept ? .good : .bad, isKept ? "PASS" : "FAIL", "\(summary)")
    let tiles = [("Passed", Verdict.Outcome.pass), ("Failed", .fail), ("Unknown", .unknown)].map {
      PageParts.tile($0.0, count($0.1), "")
    }
    return Page(
      title: "Check of \(counted(Set(subjects.map(\.model)).count, "model"))",
      lead: "Policy \(policy)\(baseline.map { ", baseline \($0)" } ?? "")",
      summary: "\(verdict)\n\(PageParts.tiles(tiles))",
      sections: [
        Page.Section(id: "verdicts", title: "Verdicts", content: "\(sortedSubjects.map(\.table))"),
        remarks,
      ].compactMap { $0 })
  }

  /// Those that fail first.
  private var sortedSubjects: [SubjectPart] {
    let broken = subjects.filter { $0.verdicts.contains(where: \.isBroken) }
    return broken + subjects.filter { !$0.verdicts.contains(where: \.isBroken) }
  }

  private var remarks: Page.Section? {
    let lines = warnings + notes + Set(subjects.compactMap(\.carbonAssumptions)).sorted()
    guard !lines.isEmpty else { return nil }
    return Page.Section(id: "notes", title: "Assumptions and notes", content: PageParts.list(lines))
  }
}

extension CheckReport.SubjectPart {
  fileprivate var table: HTML {
    let rows = summedUp.map { verdict -> [HTML] in
      let kind =
        verdict.isBroken ? "fail" : verdict.outcome == .pass ? "pass" : ""
      return [
        "<strong class=\"\(kind)\">\(verdict.outcome.title)</strong>", "\(verdict.rule)",
        "\(verdict.valueText)", "\(verdict.intervalText)", "\(verdict.message)",
      ]
    }
    let columns = [
      ("", false), ("rule", false), ("value", true), ("interval", false), ("why", false),
    ]
    return "<h3>\(title)</h3>\n\(PageParts.table(title, columns, rows))"
  }
}
