using System.Numerics.Tensors;
using Microsoft.Extensions.AI;

namespace GeneratedEncoder.Text;

// Views for Microsoft.Extensions.AI.
public sealed partial class EncoderPipeline<T>
{
    /// <summary>This encoder for Microsoft.Extensions.AI. Disposing of the generator disposes of the encoder.</summary>
    /// <remarks>
    /// <para>Calls don't block: their texts wait their turn among those of other calls, and the pipeline's threads compute them, as for
    /// <see cref="EmbedAsync(IEnumerable{string}, string?, IProgress{int}?, CancellationToken)"/>. What is too much to wait is an
    /// <see cref="EncoderOverloadedException"/>. <c>PromptName</c> and <c>InputType</c> of the options choose the prompt
    /// (<see cref="EncoderEmbeddingOptions"/>).</para>
    /// <para><see cref="EmbeddingGenerationOptions.Dimensions"/> cuts embeddings of a Matryoshka model, which config.json
    /// (<c>matryoshka_dimensions</c>, <c>is_matryoshka</c>) or <see cref="EncoderPipelineOptions.MatryoshkaDimensions"/> says it is, and makes
    /// their length 1 again where it was. Fewer dimensions of another model, or more than there are, are an
    /// <see cref="ArgumentOutOfRangeException"/>.</para>
    /// <para>Tokens that were cut off texts are counted: all texts' in <see cref="UsageDetails.AdditionalCounts"/> of
    /// <see cref="GeneratedEmbeddings{TEmbedding}.Usage"/>, and a text's in its embedding's <see cref="Embedding.AdditionalProperties"/> if there are
    /// any, both as "truncated_tokens".</para>
    /// </remarks>
    public IEmbeddingGenerator<string, Embedding<float>> AsIEmbeddingGenerator() =>
        new EncoderEmbeddingGenerator<T, Embedding<float>>(this, static vector => new Embedding<float>(vector.ToArray()));

    /// <summary>As <see cref="AsIEmbeddingGenerator"/>, with embeddings in half precision: half the memory, and three decimal digits.</summary>
    public IEmbeddingGenerator<string, Embedding<Half>> AsHalfEmbeddingGenerator() => new EncoderEmbeddingGenerator<T, Embedding<Half>>(this, static vector =>
    {
        Half[] halves = new Half[vector.Length];
        TensorPrimitives.ConvertToHalf(vector, halves);
        return new Embedding<Half>(halves);
    });

    /// <summary>As <see cref="AsIEmbeddingGenerator"/>, with embeddings of a byte a dimension.</summary>
    /// <param name="quantization">Each dimension's range; of as many dimensions as embeddings have, or as the options' <c>Dimensions</c> leave.</param>
    public IEmbeddingGenerator<string, Embedding<sbyte>> AsSByteEmbeddingGenerator(SByteQuantization quantization)
    {
        ArgumentNullException.ThrowIfNull(quantization);
        return new EncoderEmbeddingGenerator<T, Embedding<sbyte>>(this, vector => new Embedding<sbyte>(quantization.Quantize(vector)));
    }

    /// <summary>As <see cref="AsIEmbeddingGenerator"/>, with embeddings of a bit a dimension (<see cref="BinaryQuantization"/>).</summary>
    public IEmbeddingGenerator<string, BinaryEmbedding> AsBinaryEmbeddingGenerator() =>
        new EncoderEmbeddingGenerator<T, BinaryEmbedding>(this, static vector => new BinaryEmbedding(BinaryQuantization.ToBits(vector)));
}
