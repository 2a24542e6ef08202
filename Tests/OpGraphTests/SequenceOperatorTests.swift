import OpGraph
import Testing

/// What the rows of `Cases/` do not show of operators of sequence models.
@Suite struct SequenceOperatorTests {
  @Test(arguments: ["ij,jk->i-k", "i1->i", "ij->k", "......ii,jj->ij", "ii,->i,j", "ij->>i"])
  func refusesWhatIsNoEquation(text: String) {
    #expect(Einsum(text) == nil)
  }

  @Test func sizesThatDependOnDataAreSymbols() throws {
    let nonZero = NonZero(rows: .axes, symbol: "n")
    let open = Operands([Operand(TensorType(.float32, [2, 3]))])
    #expect(try nonZero.outputTypes(for: open)[0].shape == [2, .symbol("n")])
    // Of known elements the places are known: (0, 1) and (1, 0).
    let known = Operands([
      Operand(TensorType(.int64, [2, 2]), value: .integers([0, 7, 8, 0]), isConstant: true)
    ])
    let type = try nonZero.outputTypes(for: known)[0]
    #expect(type.shape == [2, 2])
    #expect(nonZero.fold(known, outputs: [type]) == [.integers([0, 1, 1, 0])])
  }
}
