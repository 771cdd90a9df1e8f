import i18next from "i18next";
import { Component, type ReactNode } from "react";

interface Props {
  readonly children: ReactNode;
}

/** Keeps an error in one part of the window from taking the rest with it. */
export class Guard extends Component<Props, { readonly hasStopped: boolean }> {
  override state = { hasStopped: false };

  static getDerivedStateFromError() {
    return { hasStopped: true };
  }

  override render(): ReactNode {
    if (!this.state.hasStopped) return this.props.children;
    return (
      <div className="stopped" role="alert">
        <strong>{i18next.t("crashed")}</strong>
        <p className="soft">{i18next.t("crashedHint")}</p>
        <button type="button" className="button" onClick={() => location.reload()}>
          {i18next.t("reload")}
        </button>
      </div>
    );
  }
}
