using Microsoft.Extensions.AI;

namespace GeneratedEncoder.Text;

/// <summary>What a text is embedded for.</summary>
public enum EmbeddingInputType
{
    /// <summary>Documents are to be found by it: the model's prompt named "query", or where it has none, the default one.</summary>
    Query,

    /// <summary>It is to be found: the model's prompt named "document", "passage" or "corpus", or where it has none, the default one.</summary>
    Document,
}

/// <summary>What an encoder's embedding generator understands beside the options of Microsoft.Extensions.AI. Others leave it alone.</summary>
public static class EncoderEmbeddingOptions
{
    internal const string PromptProperty = "prompt_name", InputTypeProperty = "input_type";

    extension(EmbeddingGenerationOptions options)
    {
        /// <summary>
        /// Name of the prompt to put before each text; the default one if null, none if empty. It stands in
        /// <see cref="EmbeddingGenerationOptions.AdditionalProperties"/> as "prompt_name".
        /// </summary>
        public string? PromptName
        {
            get => Find(options, PromptProperty);
            set => Set(options, PromptProperty, value);
        }

        /// <summary>
        /// What the texts are embedded for, by which the prompt is chosen where <c>PromptName</c> names none. It stands in
        /// <see cref="EmbeddingGenerationOptions.AdditionalProperties"/> as "input_type": "query" or "document".
        /// </summary>
        public EmbeddingInputType? InputType
        {
            get => Find(options, InputTypeProperty) is not { } name ? null
                : Enum.TryParse(name, ignoreCase: true, out EmbeddingInputType type) && Enum.IsDefined(type) && !char.IsAsciiDigit(name[0]) ? type
                : throw new ArgumentException($"The property '{InputTypeProperty}' must be query or document, but is '{name}'.", nameof(options));
            set => Set(options, InputTypeProperty, value?.ToString().ToLowerInvariant());
        }
    }

    private static string? Find(EmbeddingGenerationOptions options, string property)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.AdditionalProperties?.TryGetValue(property, out object? value) != true || value is null ? null
            : value as string ?? throw new ArgumentException($"The property '{property}' must be a string, but is a {value.GetType()}.", nameof(options));
    }

    private static void Set(EmbeddingGenerationOptions options, string property, string? value)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (value is null)
        {
            options.AdditionalProperties?.Remove(property);
        }
        else
        {
            (options.AdditionalProperties ??= [])[property] = value;
        }
    }
}
