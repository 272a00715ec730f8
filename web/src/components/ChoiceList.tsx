import { CheckOutlined } from "@ant-design/icons";

interface Props<T extends string> {
  label: string;
  value: T | null;
  options: { value: T; label: string; disabled?: boolean }[];
  onChoose: (value: T) => void;
}

/** A short list of which one holds. */
export function ChoiceList<T extends string>({ label, value, options, onChoose }: Props<T>) {
  return (
    <ul className="tp-choices" aria-label={label}>
      {options.map((option) => (
        <li key={option.value}>
          <button
            type="button"
            aria-pressed={option.value === value}
            disabled={option.disabled ?? false}
            onClick={() => onChoose(option.value)}
          >
            <span>{option.label}</span>
            {option.value === value && <CheckOutlined aria-hidden />}
          </button>
        </li>
      ))}
    </ul>
  );
}
