using System.Text;

namespace GeneratedEncoder.Fuzz;

/// <summary>The encoder that files are loaded into.</summary>
[TransformerEncoder(
    HiddenSize = 4, NumHiddenLayers = 1, NumAttentionHeads = 1, IntermediateSize = 3,
    MaxPositionEmbeddings = 3, VocabSize = 5, TypeVocabSize = 2, HiddenAct = HiddenAct.Relu)]
internal sealed partial class SmallEncoder;

/// <summary>Good files of its shape.</summary>
internal static class SmallModel
{
    private const string Layer = "encoder.layer.0.";

    private static readonly (string Name, int[] Shape)[] s_tensors =
    [
        ("embeddings.word_embeddings.weight", [5, 4]), ("embeddings.position_embeddings.weight", [3, 4]),
        ("embeddings.token_type_embeddings.weight", [2, 4]), ("embeddings.LayerNorm.weight", [4]), ("embeddings.LayerNorm.bias", [4]),
        (Layer + "attention.self.query.weight", [4, 4]), (Layer + "attention.self.query.bias", [4]),
        (Layer + "attention.self.key.weight", [4, 4]), (Layer + "attention.self.key.bias", [4]),
        (Layer + "attention.self.value.weight", [4, 4]), (Layer + "attention.self.value.bias", [4]),
        (Layer + "attention.output.dense.weight", [4, 4]), (Layer + "attention.output.dense.bias", [4]),
        (Layer + "attention.output.LayerNorm.weight", [4]), (Layer + "attention.output.LayerNorm.bias", [4]),
        (Layer + "intermediate.dense.weight", [3, 4]), (Layer + "intermediate.dense.bias", [3]),
        (Layer + "output.dense.weight", [4, 3]), (Layer + "output.dense.bias", [4]),
        (Layer + "output.LayerNorm.weight", [4]), (Layer + "output.LayerNorm.bias", [4]),
    ];

    public static IEnumerable<string> Names => s_tensors.Select(tensor => tensor.Name);

    /// <summary>The header of a file with these weights.</summary>
    /// <param name="type">Their element type.</param>
    /// <param name="size">Bytes of an element.</param>
    /// <param name="which">Which tensors it has.</param>
    public static string Header(string type = "F32", int size = 4, Func<int, bool>? which = null)
    {
        StringBuilder json = new("{\"__metadata__\":{\"format\":\"pt\"}");
        int begin = 0;
        for (int i = 0; i < s_tensors.Length; i++)
        {
            if (which is null || which(i))
            {
                int end = begin + size * s_tensors[i].Shape.Aggregate(1, (a, b) => a * b);
                json.Append($",\"{s_tensors[i].Name}\":{{\"dtype\":\"{type}\",\"shape\":[{string.Join(',', s_tensors[i].Shape)}],\"data_offsets\":[{begin},{end}]}}");
                begin = end;
            }
        }

        return json.Append('}').ToString();
    }

    /// <summary>Bytes of a file's data as float32.</summary>
    public static int DataBytes { get; } = 4 * s_tensors.Sum(tensor => tensor.Shape.Aggregate(1, (a, b) => a * b));
}
